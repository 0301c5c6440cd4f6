namespace Pipeline.Local.Broker;

/// <summary>A message in the hands of a receiver. The token is the delivery's tag.</summary>
internal sealed class MessageLock(StoredMessage message, QueueConsumer holder, DateTimeOffset until) : IDisposable
{
    public Guid Token { get; } = Guid.NewGuid();

    public StoredMessage Message => message;

    public QueueConsumer Holder => holder;

    public DateTimeOffset Until { get; set; } = until;

    /// <summary>Fires when the lock may have expired.</summary>
    public ITimer? Timer { get; set; }

    public void Dispose() => Timer?.Dispose();
}
