using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>A link that is attached, and when it was last used.</summary>
internal sealed class LiveLink(ListenerLink link, string address, TimeProvider time)
{
    private long _used = time.GetTimestamp();

    public ListenerConnection Connection => (ListenerConnection)link.Session.Connection;

    public string Name => link.Name;

    public string Address => address;

    public TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref _used));

    /// <summary>Fires when the link may have been idle for too long; null where none ever is.</summary>
    public ITimer? Clock { get; set; }

    public bool IsAt(string other) => string.Equals(address, other, StringComparison.OrdinalIgnoreCase);

    public void Use() => Volatile.Write(ref _used, time.GetTimestamp());

    public void Detach(Error error) => link.Close(TimeSpan.Zero, error);
}
