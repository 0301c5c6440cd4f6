using Pipeline.Core.Runs;
using Pipeline.Local.Display;
using Pipeline.Local.Hosting;
using Pipeline.Local.Http;

namespace Pipeline.Local.Demo;

/// <summary>The demo once the pipeline is up: from the file to the answer, over storage and the HTTP API only.</summary>
internal sealed class DemoRun(LocalPipeline pipeline, Screen screen, TimeProvider time)
{
    /// <summary>The name of the model.</summary>
    public const string Model = "spam";

    private const string DatasetBlob = $"{Model}.csv";

    // Twice the default: with some 560 test rows, four mails more or less would decide which model looks better.
    private static readonly Dictionary<string, string> Options = new() { ["test_fraction"] = "0.2" };

    /// <summary>Trains on the file and tries the model.</summary>
    /// <returns>True if all went as promised.</returns>
    public async Task<bool> RunAsync(DemoDataset dataset, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? poison = null;
        pipeline.Poisoned += (blob, error) =>
        {
            if (blob.Name != DatasetBlob)
                return;
            poison = error;
            stop.Cancel();
        };
        using var client = new PipelineClient(pipeline.Api);
        RunRecord run;
        try
        {
            run = await TrainAsync(client, dataset, stop.Token);
        }
        catch (OperationCanceledException) when (poison is not null)
        {
            throw new LocalException($"The message about the file could not be sent: {poison.Message}", "The log says why.", poison);
        }

        RunOutcome.Show(screen, run);
        if (run.State != RunState.Succeeded)
            return false;
        var answered = await DemoTalk.ClassifyAsync(screen, client, Model, cancellationToken);
        var verdict = Verdict.On(run);
        screen.Line();
        screen.Line(verdict.Reason);
        return verdict.Passed && answered;
    }

    private async Task<RunRecord> TrainAsync(PipelineClient client, DemoDataset dataset, CancellationToken cancellationToken)
    {
        screen.Heading($"Dropping {DatasetBlob} into the container 'datasets'");
        var runId = await DatasetUpload.SendAsync(pipeline.Storage, dataset.Path, DatasetBlob, Model, cancellationToken, Options);
        return await new RunView(screen, time).ShowAsync(new RunFollower(client, time).FollowAsync(runId, cancellationToken), cancellationToken);
    }
}
