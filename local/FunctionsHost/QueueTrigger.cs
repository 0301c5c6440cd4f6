using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Local.Processes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>
/// Plays the Service Bus trigger: receives messages under locks that it renews, calls the function, and completes a message, or gives it back
/// where the call failed. After its deliveries the broker moves it to the dead-letter queue.
/// </summary>
internal sealed class QueueTrigger(FunctionDefinition function, IMessageQueue queue, FunctionInvoker invoker, PipelineLog log, TimeProvider time)
{
    /// <summary>At this delivery a failure is no passing trouble any more, and is shown to the user.</summary>
    private const int TellingDelivery = 3;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // A function that fails has waited itself; one that is being restarted cannot.
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));

    /// <summary>Receives until cancelled.</summary>
    /// <param name="maxConcurrentCalls">How many messages are worked on at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task RunAsync(int maxConcurrentCalls, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, maxConcurrentCalls, new ParallelOptions { MaxDegreeOfParallelism = maxConcurrentCalls, CancellationToken = cancellationToken },
        async (_, cancel) =>
        {
            while (!cancel.IsCancellationRequested)
                await ReceiveAsync(Wait, cancel);
        });

    /// <summary>Works on the next message, if one comes in time.</summary>
    /// <param name="maxWait">How long to wait for it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        try
        {
            if (await queue.ReceiveAsync(maxWait, cancellationToken) is { } message)
                await InvokeAsync(message, cancellationToken);
        }
        catch (Exception e) when (e is TrainingQueueException or MessageLockLostException)
        {
            // The broker has the message still, or has it again.
            log.Write("local", $"{function.Name}: {e.Message}");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task InvokeAsync(IMessageDelivery message, CancellationToken cancellationToken)
    {
        await using var renewer = LockRenewer.Start(message, time, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, renewer.LockLost);
        try
        {
            await invoker.InvokeAsync(function, message, stop.Token);
            await message.CompleteAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or FunctionFailedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var line = $"{function.Name}: delivery {message.DeliveryCount} of {message.MessageId} failed: {e.Message}";
            if (message.DeliveryCount == TellingDelivery)
                log.Warn($"{line} It is tried again.");
            else
                log.Write("local", line);
            if (e is HttpRequestException)
                await Task.Delay(Retries.After(message.DeliveryCount), time, cancellationToken);
            await message.AbandonAsync(cancellationToken);
        }
    }
}
