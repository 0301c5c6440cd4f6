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
        await using var watch = RunWatch.Start(hold, options.WatchInterval, time, logger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lockLost, reporter.Taken, watch.Taken);
        try
        {
            await work(reporter, ending.Token);
            return (JobOutcome.Done, null);
        }
        catch (Exception e)
        {
            await reporter.StopBeatingAsync();
            return await EndAsync(hold, reporter, watch.TakenBy ?? e);
        }
    }

    /// <summary>Why a run is over that comes no further, however often it is tried.</summary>
    public static PermanentFailureException GivenUp(int attempts, string lastError, Exception? inner = null) => new(
        "retries-exhausted",
        $"Given up: {attempts} attempts in a row have brought it no further. {lastError}",
        "Look into the trainer's log, then upload the dataset again.",
        inner);

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
                await GiveBackAsync(hold, reporter, "The trainer was told to stop; another will go on from the last checkpoint.", inGoodOrder: true);
                return (JobOutcome.Stopped, null);
            }

            logger.LogError(error, "{Name} broke on delivery {Delivery}.", hold.Name, delivery.DeliveryCount);
            if (await WhyFailedAsync(hold, error) is { } failure)
            {
                Report(hold, reporter, failure.Message, RunState.Failed);
                await reporter.FlushAsync((progress, cancel) => hold.FailAsync(failure, progress, cancel), CancellationToken.None);
                logger.LogError(RunLogEvents.RunFailed, "{Name} has failed: {Code}. {Message}", hold.Name, failure.Code, failure.Message);
                return (JobOutcome.Failed, failure);
            }

            await GiveBackAsync(hold, reporter, $"The attempt broke and will be repeated: {error.Message}", inGoodOrder: false);
            return (JobOutcome.GivenBack, null);
        }
        catch (RunTakenException e)
        {
            return (e.Cancelled ? JobOutcome.Done : JobOutcome.Lost, null);
        }
    }

    private async Task GiveBackAsync(IHold hold, RunReporter reporter, string why, bool inGoodOrder)
    {
        reporter.Event("warning", why);
        Report(hold, reporter, "Waiting for a trainer.", RunState.Queued);
        try
        {
            await reporter.FlushAsync((progress, cancel) => hold.GiveBackAsync(progress, inGoodOrder, cancel), CancellationToken.None);
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
    private async Task<RunFailure?> WhyFailedAsync(IHold hold, Exception error)
    {
        if (error is ModelVersionConflictException)
            return new RunFailure("version-conflict", error.Message, "Upload the dataset again.");
        if (error is PermanentFailureException permanent)
            return permanent.ToFailure();
        var attempts = await hold.AttemptsWithoutProgressAsync(CancellationToken.None);
        return attempts < options.MaxAttemptsWithoutProgress ? null : GivenUp(attempts, $"The last error: {error.Message}", error).ToFailure();
    }
}
