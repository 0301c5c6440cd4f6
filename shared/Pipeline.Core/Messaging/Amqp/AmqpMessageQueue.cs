using System.Text;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A queue of JSON messages over AMQP 1.0.</summary>
internal sealed class AmqpMessageQueue(AmqpEndpoint endpoint, TimeProvider time, ILogger<AmqpMessageQueue> logger) : IMessageQueue
{
    private readonly AmqpQueue _queue = new(endpoint, time, logger);

    /// <inheritdoc/>
    public Task SendAsync(string messageId, string body, CancellationToken cancellationToken = default) =>
        _queue.SendAsync(() => TrainingMessage.Json(messageId, Encoding.UTF8.GetBytes(body)), cancellationToken);

    /// <inheritdoc/>
    public Task<IMessageDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        _queue.ReceiveAsync<IMessageDelivery>(Read, maxWait, cancellationToken);

    /// <summary>Closes the connection in order. Messages that are still held go back to the queue.</summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private static AmqpMessageDelivery? Read(LockedMessage message, out string problem)
    {
        problem = "The body is no text.";
        var body = message.Message.Body switch
        {
            byte[] utf8 => Encoding.UTF8.GetString(utf8),
            string text => text,
            _ => null,
        };
        return body is null ? null : new AmqpMessageDelivery(message, message.Message.Properties?.MessageId ?? "", body);
    }
}
