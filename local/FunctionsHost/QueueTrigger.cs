using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;

namespace Pipeline.Local.FunctionsHost;

/// <summary>
/// Plays the Service Bus trigger: receives one message at a time under a lock that it renews, calls the function, and completes the
/// message, or gives it back where the call failed. After its deliveries the broker moves it to the dead-letter queue.
/// </summary>
internal sealed class QueueTrigger(FunctionDefinition function, IMessageQueue queue, FunctionInvoker invoker, PipelineLog log, TimeProvider time)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Receives until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await queue.ReceiveAsync(Wait, cancellationToken) is { } message)
                    await InvokeAsync(message, cancellationToken);
            }
            catch (Exception e) when (e is TrainingQueueException or MessageLockLostException)
            {
                // The broker has the message still, or has it again.
                log.Write("local", $"{function.Name}: {e.Message}");
                await Task.Delay(Pause, time, cancellationToken);
            }
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
            log.Write("local", $"delivery {message.DeliveryCount} of {message.MessageId} failed: {e.Message}");
            await Task.Delay(Pause, time, cancellationToken);
            await message.AbandonAsync(cancellationToken);
        }
    }
}
