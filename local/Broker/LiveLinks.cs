using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>All links that are attached. Detaches those that are idle for too long.</summary>
internal sealed class LiveLinks(EmbeddedBrokerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<ListenerLink, LiveLink> _links = new();

    public IReadOnlyCollection<LiveLink> All => [.. _links.Values];

    /// <summary>Takes a link in, until it is closed.</summary>
    public void Add(ListenerLink link, string address)
    {
        var live = new LiveLink(link, address, time);
        _links[link] = live;
        if (options.LinkIdleTimeout is { } limit)
            live.Clock = time.CreateTimer(_ => DetachIfIdle(live, limit), null, limit, Timeout.InfiniteTimeSpan);
        link.AddClosedCallback((_, _) =>
        {
            _links.TryRemove(link, out var _);
            live.Clock?.Dispose();
        });
    }

    /// <summary>Notes that a link is in use.</summary>
    public void Use(ListenerLink link)
    {
        if (_links.TryGetValue(link, out var live))
            live.Use();
    }

    /// <summary>Notes that a link is in use, which another link of its connection says with a request.</summary>
    public void Use(Connection connection, string linkName)
    {
        foreach (var live in _links.Values.Where(l => l.Connection == connection && l.Name == linkName))
            live.Use();
    }

    /// <summary>Detaches links with an error, and says how many there were.</summary>
    public int Detach(Func<LiveLink, bool> which, Error error)
    {
        var chosen = _links.Values.Where(which).ToList();
        foreach (var live in chosen)
            live.Detach(error);
        return chosen.Count;
    }

    private static void DetachIfIdle(LiveLink live, TimeSpan limit)
    {
        var left = limit - live.Idle;
        if (left > TimeSpan.Zero)
        {
            live.Clock?.Change(left.AtLeastTheGrain(), Timeout.InfiniteTimeSpan);
            return;
        }

        live.Detach(new Error(ErrorCode.DetachForced)
        {
            Description = $"The link '{live.Name}' is force detached. Details: IdleTimerExpired: Idle timeout: {limit:c}.",
        });
    }
}
