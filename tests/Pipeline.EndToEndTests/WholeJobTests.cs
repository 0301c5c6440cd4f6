using System.Net;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.EndToEndTests;

/// <summary>What a user sees of the deployed programs, from a dropped file to answers over HTTP.</summary>
public sealed class WholeJobTests(PipelineStack stack) : IClassFixture<PipelineStack>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    // Small enough for two cores, and still far better than guessing.
    private const string Options = """
        { "num_train_epochs": 6, "max_length": 128, "vocabulary_size": 3000, "per_device_train_batch_size": 16, "learning_rate": 1e-3 }
        """;

    [Fact]
    public async Task A_dropped_file_becomes_a_classifier_and_a_changed_file_its_next_version()
    {
        PipelineStack.Require();
        using var patience = WithPatience();
        CancellationToken cancel = patience.Token;
        Mails mails = await Mails.LoadAsync(training: 300, heldOut: 30, cancel);

        // The same event twice, as Event Grid may deliver it, is one run.
        RunRecord first = await DropAsync("mail", mails.ToCsv(), deliveries: 2, cancel);
        Assert.Equal(RunState.Queued, first.State);
        first = await TrainAsync(first, cancel);
        await AssertQueueIsEmptyAsync(cancel);
        Assert.Single(await stack.Functions.RunsAsync("mail", cancel));
        Assert.True(
            first.Result!.Test.Accuracy > first.Result.Baselines["majority_class"].Accuracy + 0.2,
            $"Test accuracy {first.Result.Test.Accuracy:0.000} is not well above always answering the commonest label.");

        Assert.True(await AccuracyAsync(mails, mail => mail.Label, first.Version, cancel) >= 0.75);

        // A client asks all along while the next version, with other label names, is made.
        Task<List<Answer>> background = AskUntilAnotherVersionAsync("mail", mails.HeldOut[0].Text, first.Version, cancel);
        RunRecord second = await DropAsync("mail", mails.ToCsv(Renamed), deliveries: 1, cancel);
        Assert.NotEqual(first.RunId, second.RunId);
        second = await TrainAsync(second, cancel);
        List<Answer> answers = await background;

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal([first.Version, second.Version], answers.Select(answer => answer.Version!).Distinct());
        Assert.True(await AccuracyAsync(mails, Renamed, second.Version, cancel) >= 0.75);
        Assert.Equal(
            [(second.Version, true), (first.Version, false)],
            (await stack.Functions.VersionsAsync("mail", cancel)).Select(version => (version.Version, version.IsProduction)));
    }

    // What a trainer says when it comes to each part of the work. More often than a queue gives a message out that makes no progress.
    private static readonly string[] Parts =
    [
        "Reading the shards", "Fitting the baselines", @"Checkpoint of step \d+ saved", @"Checkpoint of step \d+ saved",
        "Scoring the test split", "Exporting the model",
    ];

    [Fact]
    public async Task Trainers_killed_in_each_part_of_the_work_are_succeeded_by_one_that_ends_the_run_as_if_left_alone()
    {
        PipelineStack.Require();
        using var patience = WithPatience();
        CancellationToken cancel = patience.Token;
        Mails mails = await Mails.LoadAsync(training: 300, heldOut: 10, cancel);
        RunRecord undisturbed = await TrainAsync(await DropAsync("undisturbed", mails.ToCsv(), deliveries: 1, cancel), cancel);
        RunRecord queued = await DropAsync("killed", mails.ToCsv(), deliveries: 1, cancel);

        foreach (string part in Parts)
        {
            TrainerContainer trainer = await stack.StartTrainerAsync();
            await trainer.SaidAsync(part, cancel);
            trainer.Kill();
        }

        RunRecord run = await TrainAsync(queued, cancel);

        Assert.Equal(undisturbed.Result!.Test, run.Result!.Test);
        Assert.Equal(await WeightsAsync(undisturbed, cancel), await WeightsAsync(run, cancel));
        PublishedVersion version = Assert.Single(await stack.Functions.VersionsAsync("killed", cancel));
        Assert.Equal((queued.Version, queued.RunId, true), (version.Version, version.RunId, version.IsProduction));
        await AssertQueueIsEmptyAsync(cancel);
    }

    [Fact]
    public async Task A_broken_file_is_rejected_with_line_reason_and_fix_and_nothing_is_enqueued()
    {
        PipelineStack.Require();
        using var patience = WithPatience();
        CancellationToken cancel = patience.Token;
        const string unbalanced = "text,label\nhello,ham\n\"cheap pills,spam\nbye,ham\n";

        RunRecord run = await DropAsync("broken", unbalanced, deliveries: 1, cancel);

        Assert.Equal(RunState.Rejected, run.State);
        Assert.Contains("line 3", run.Failure!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("quote", run.Failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(string.IsNullOrWhiteSpace(run.Failure.Fix));
        BlobClient blob = stack.Storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.Report(run.RunId));
        ValidationReport report = (await blob.DownloadContentAsync(cancel)).Value.Content.ToObjectFromJson<ValidationReport>(PipelineJson.Compact)!;
        Finding finding = report.Findings[0];
        Assert.False(report.Accepted);
        Assert.Equal(3, finding.Places[0].Line);
        Assert.Equal(run.Failure.Fix, finding.Fix);
        await AssertQueueIsEmptyAsync(cancel);
    }

    private static string Renamed(Mail mail) => mail.Label == "spam" ? "unwanted" : "wanted";

    private static CancellationTokenSource WithPatience()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source;
    }

    // Uploads options and dataset, delivers the event, and returns the model's newest run.
    private async Task<RunRecord> DropAsync(string model, string csv, int deliveries, CancellationToken cancel)
    {
        await stack.Functions.UploadAsync($"{model}.options.json", Options, cancel);
        DroppedBlob blob = await stack.Functions.UploadAsync($"{model}.csv", csv, cancel);
        for (var delivery = 0; delivery < deliveries; delivery++)
            await stack.Functions.NotifyAsync(blob, cancel);
        return (await stack.Functions.RunsAsync(model, cancel))[0];
    }

    private async Task<RunRecord> TrainAsync(RunRecord queued, CancellationToken cancel)
    {
        TrainerContainer trainer = await stack.StartTrainerAsync();
        long exitCode = await trainer.ExitCodeAsync(cancel);
        Assert.True(exitCode == 0, $"The trainer ended with exit code {exitCode}:\n{await trainer.LogsAsync()}");
        RunRecord run = (await stack.Functions.RunsAsync(queued.ModelName, cancel)).Single(run => run.RunId == queued.RunId);
        Assert.True(run.State == RunState.Succeeded, $"{run.State}: {run.Failure?.Message}\n{await trainer.LogsAsync()}");
        return run;
    }

    private async Task<string> WeightsAsync(RunRecord run, CancellationToken cancel) =>
        (await new ModelStore(stack.Storage).FindManifestAsync(run.ModelName, run.Version, cancel))!.Files.Single(file => file.Path == "model.safetensors").Sha256;

    private async Task AssertQueueIsEmptyAsync(CancellationToken cancel)
    {
        await using var queue = stack.OpenQueue();
        Assert.Null(await queue.ReceiveAsync(TimeSpan.FromSeconds(2), cancel));
    }

    private async Task<double> AccuracyAsync(Mails mails, Func<Mail, string> expected, string version, CancellationToken cancel)
    {
        var right = 0;
        foreach (Mail[] batch in mails.HeldOut.Chunk(20))
        {
            Answer answer = await stack.Functions.ClassifyAsync("mail", [.. batch.Select(mail => mail.Text)], cancel);
            Assert.Equal((HttpStatusCode.OK, version), (answer.Status, answer.Version));
            right += batch.Zip(answer.Labels).Count(pair => expected(pair.First) == pair.Second);
        }

        return right / (double)mails.HeldOut.Count;
    }

    // The last answer is the first that is not of the given version.
    private async Task<List<Answer>> AskUntilAnotherVersionAsync(string model, string text, string version, CancellationToken cancel)
    {
        var answers = new List<Answer>();
        do
        {
            answers.Add(await stack.Functions.ClassifyAsync(model, [text], cancel));
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
        while (answers[^1].Version == version);
        return answers;
    }
}
