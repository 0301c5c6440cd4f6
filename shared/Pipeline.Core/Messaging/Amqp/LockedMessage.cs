using Amqp;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A message held under peek-lock, and the link of its own that it came over.</summary>
internal abstract class LockedMessage(AmqpEndpoint endpoint, ReceiverLink link, Message message) : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    public Message Message => message;

    /// <summary>This delivery included; the header counts the ones before.</summary>
    public int DeliveryCount => (int)(message.Header?.DeliveryCount ?? 0) + 1;

    public abstract TimeSpan? LockDuration { get; }

    public abstract Task RenewAsync(CancellationToken cancellationToken);

    public abstract Task CompleteAsync(CancellationToken cancellationToken);

    public abstract Task AbandonAsync(CancellationToken cancellationToken);

    public abstract Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken);

    protected AmqpEndpoint Endpoint => endpoint;

    protected ReceiverLink Link => link;

    public async ValueTask DisposeAsync() => await link.CloseQuietlyAsync(CloseTimeout);

    /// <summary>
    /// Settles over the link. The library does not wait for the broker's word on a settlement; the link is closed after it and that is
    /// waited for, since a broker answers the frames of a session in order. False: the link broke before the broker had answered.
    /// </summary>
    protected async Task<bool> TrySettleOverLinkAsync(Action<ReceiverLink> settle)
    {
        try
        {
            settle(link);
            await link.CloseAsync(CloseTimeout);
            return true;
        }
        catch (Exception e) when (AmqpFailure.IsTransport(e))
        {
            return false;
        }
        finally
        {
            // The library continues on its reading thread, which a caller must not keep busy.
            await Task.Yield();
        }
    }

    protected MessageLockLostException LockLost(string what) =>
        new($"{what}: message '{message.Properties?.MessageId}' of {endpoint} will be delivered again.");
}
