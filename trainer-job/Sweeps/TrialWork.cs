using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Sweeps;

/// <summary>Trains a trial to the end of a rung. Its schedule is planned for all of its epochs, so that the next rung goes on as if it had not ended.</summary>
internal sealed class TrialWork(BlobServiceClient storage, TrainerOptions options, TimeProvider time, ILogger logger)
{
    private readonly SpeedLog _speeds = new(storage, time, logger);

    /// <summary>Trains and writes down what it came to.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trial">The trial; claimed.</param>
    /// <param name="rung">How far it is trained.</param>
    /// <param name="hold">The hold on it.</param>
    /// <param name="reporter">Is told what happens.</param>
    /// <param name="stop">Ends it within a step.</param>
    public async Task RunAsync(RunRecord run, TrialRecord trial, int rung, TrialOwnership hold, RunReporter reporter, CancellationToken stop)
    {
        if (run is not { Ingest: not null, Sweep: { } sweep })
            throw new InvalidOperationException("Ingest has not finished writing the run record.");
        var halving = Halving.Of(run.Options.Sweep!, sweep.Trials.Count);
        var isLast = rung == halving.Rungs - 1;
        if (trial.AttemptsWithoutProgress > options.MaxAttemptsWithoutProgress)
            throw Attempt.GivenUp(trial.AttemptsWithoutProgress - 1, "The trainers were killed before they could say why.");
        reporter.Event("trial", $"Attempt {trial.Attempt} begins, in rung {rung + 1} of {halving.Rungs}.");

        using var folder = new WorkFolder();
        reporter.Stage("prepare", "Reading the shards.");
        var inputs = await TrainingInputs.LoadAsync(storage, run with { Options = trial.Options }, folder, stop);
        var total = inputs.Arguments.NumTrainEpochs;
        var metric = new BestMetric(inputs.Arguments.MetricForBestModel, inputs.Arguments.GreaterIsBetter);
        var state = await TorchThread.RunAsync(() => Train(inputs, trial, halving.Epochs(rung, total), reporter, stop));

        var best = state.BestValidation!;
        var result = new RungResult(state.Epoch, total, state.BestEpoch, best.Headline(), best.Loss(), metric.Comparable(best));
        await reporter.StopBeatingAsync();
        reporter.Event(
            "trial",
            $"Rung {rung + 1} of {halving.Rungs} is done: {state.Epoch} of {total} epochs.",
            metrics: best.Figures().ToDictionary(f => "validation_" + f.Key, f => f.Value));
        TrialRecord? ended = null;
        await reporter.FlushAsync(async (progress, cancel) => ended = await hold.EndRungAsync(result, isLast, progress, cancel), CancellationToken.None);
        await _speeds.AddAsync($"{run.RunId}/trial-{trial.Number}", trial.Options.BaseModel, ended?.Usage);
    }

    private TrainingState Train(TrainingInputs inputs, TrialRecord trial, int epochs, RunReporter reporter, CancellationToken stop)
    {
        var checkpoints = new CheckpointStore(storage, BlobLayout.TrialCheckpoints(trial.RunId, trial.Number));
        using var training = new ModelTraining(inputs, checkpoints, options.Threads, reporter, stop);
        training.Run(options.CheckpointInterval, time, logger, stop, epochs);
        return training.State;
    }
}
