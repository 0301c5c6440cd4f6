using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// One delivery's attempt at a run or a trial: works under the message's lock with a heartbeat, and decides what becomes of it
/// where it breaks.
/// </summary>
/// <param name="delivery">The locked message.</param>
/// <param name="storage">Where events and charts are written.</param>
/// <param name="options">How the trainer works.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="lockLost">Cancelled when the message is another's.</param>
/// <param name="stop">Cancelled when the trainer is told to stop.</param>
internal sealed class Attempt(
    ITrainingDelivery delivery, BlobServiceClient storage, TrainerOptions options, TimeProvider time, ILogger logger, CancellationToken lockLost, CancellationToken stop)
{
    /// <summary>Works on what is held.</summary>
    /// <param name="hold">What is worked on; claimed already.</param>
    /// <param name="work">The work; writes down how it ended well.</param>
    /// <returns>
    /// <see cref="JobOutcome.Done"/> and <see cref="JobOutcome.Failed"/> leave it to the caller to settle the message, the latter
    /// with the failure that was written down; in all other cases that is done, or is not ours to do.
    /// </returns>
    public async Task<(JobOutcome Outcome, RunFailure? Failure)> RunAsync(IHold hold, Func<RunReporter, CancellationToken, Task> work)
    {
        await using var reporter = new RunReporter(hold, storage, options.HeartbeatInterval, time, logger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lockLost, reporter.Taken);
        try
        {
            await work(reporter, ending.Token);
            return (JobOutcome.Done, null);
        }
        catch (Exception e)
        {
            await reporter.StopBeatingAsync();
            return await EndAsync(hold, reporter, e);
        }
    }

    private async Task<(JobOutcome Outcome, RunFailure? Failure)> EndAsync(IHold hold, RunReporter reporter, Exception error)
    {
        if ((error as RunTakenException ?? reporter.TakenBy) is { } taken)
            return (taken.Cancelled ? JobOutcome.Done : JobOutcome.Lost, null);
        if (lockLost.IsCancellationRequested || error is MessageLockLostException)
        {
            logger.LogWarning("{Name}: the lock is lost, another trainer goes on.", hold.Name);
            return (JobOutcome.Lost, null);
        }

        try
        {
            if (stop.IsCancellationRequested)
            {
                logger.LogInformation("{Name}: told to stop, giving the message back.", hold.Name);
                await GiveBackAsync(hold, reporter, "The trainer was told to stop; another will go on from the last checkpoint.");
                return (JobOutcome.Stopped, null);
            }

            logger.LogError(error, "{Name} broke on delivery {Delivery}.", hold.Name, delivery.DeliveryCount);
            if (Classify(error, delivery.DeliveryCount) is { } failure)
            {
                Report(hold, reporter, failure.Message, RunState.Failed);
                await reporter.FlushAsync((progress, cancel) => hold.FailAsync(failure, progress, cancel), CancellationToken.None);
                return (JobOutcome.Failed, failure);
            }

            await GiveBackAsync(hold, reporter, $"The attempt broke and will be repeated: {error.Message}");
            return (JobOutcome.GivenBack, null);
        }
        catch (RunTakenException)
        {
            return (JobOutcome.Lost, null);
        }
    }

    private async Task GiveBackAsync(IHold hold, RunReporter reporter, string why)
    {
        reporter.Event("warning", why);
        Report(hold, reporter, "Waiting for a trainer.", RunState.Queued);
        try
        {
            await reporter.FlushAsync(hold.GiveBackAsync, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
        {
            logger.LogWarning(e, "{Name}: could not write down that it waits again; its next trainer will.", hold.Name);
        }

        await delivery.AbandonAsync(CancellationToken.None);
    }

    // A trial's state is not the run's.
    private static void Report(IHold hold, RunReporter reporter, string message, RunState state)
    {
        if (hold.Trial is null)
            reporter.Event("state", message, state);
        else
            reporter.Event("trial", message);
    }

    /// <summary>Why it is over; null where another attempt may succeed.</summary>
    private RunFailure? Classify(Exception error, int deliveries) => error switch
    {
        PermanentFailureException e => new RunFailure(e.Code, e.Message, e.Fix),
        ModelVersionConflictException e => new RunFailure("version-conflict", e.Message, "Upload the dataset again."),
        _ when deliveries >= options.MaxDeliveryCount => new RunFailure(
            "retries-exhausted",
            $"Given up after {deliveries} deliveries. The last error: {error.Message}",
            "Look into the trainer's log, then upload the dataset again."),
        _ => null,
    };
}
