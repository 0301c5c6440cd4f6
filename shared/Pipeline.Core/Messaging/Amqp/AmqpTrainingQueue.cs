using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The training queue over AMQP 1.0.</summary>
internal sealed class AmqpTrainingQueue(AmqpEndpoint endpoint, TimeProvider time, ILogger<AmqpTrainingQueue> logger) : ITrainingQueue
{
    private readonly AmqpQueue _queue = new(endpoint, time, logger);

    /// <inheritdoc/>
    public Task SendAsync(TrainingRequest request, CancellationToken cancellationToken = default) =>
        _queue.SendAsync(() => TrainingMessage.Encode(request), cancellationToken);

    /// <inheritdoc/>
    public Task<ITrainingDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        _queue.ReceiveAsync<ITrainingDelivery>(Read, maxWait, cancellationToken);

    /// <summary>Closes the connection in order. Messages that are still held go back to the queue.</summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private static AmqpTrainingDelivery? Read(LockedMessage message, out string problem) =>
        TrainingMessage.Decode(message.Message, out problem) is { } request ? new AmqpTrainingDelivery(message, request) : null;
}
