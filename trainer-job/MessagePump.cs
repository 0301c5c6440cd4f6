using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer;

/// <summary>Takes messages off the queue, one at a time.</summary>
internal sealed class MessagePump(ITrainingQueue queue, TrainingJob job, TrainerOptions options, ILogger<MessagePump> logger)
{
    private static readonly TimeSpan WatchWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Works on one message, or ends when none has come in time: what a Container Apps job runs.</summary>
    public async Task<int> OnceAsync(CancellationToken stop)
    {
        try
        {
            if (await queue.ReceiveAsync(options.IdleWait, stop) is { } delivery)
                return TrainerExitCodes.Of(await job.HandleAsync(delivery, stop));
            logger.LogInformation("No message in {Seconds:0} s.", options.IdleWait.TotalSeconds);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.LogInformation("Stopped.");
        }
        catch (TrainingQueueException e)
        {
            logger.LogError(e, "The queue cannot be read.");
            return TrainerExitCodes.TryAgain;
        }

        return TrainerExitCodes.Success;
    }

    /// <summary>Works on message after message until told to stop.</summary>
    public async Task<int> WatchAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var outcome = await queue.ReceiveAsync(WatchWait, stop) is { } delivery ? await job.HandleAsync(delivery, stop) : JobOutcome.Done;
                if (outcome == JobOutcome.GivenBack)
                    await Task.Delay(PauseAfterFailure, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                logger.LogError(e, "Trying again in {Seconds:0} s.", PauseAfterFailure.TotalSeconds);
                await Task.Delay(PauseAfterFailure, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return TrainerExitCodes.Success;
    }
}
