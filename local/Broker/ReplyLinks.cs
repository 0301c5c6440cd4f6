using System.Collections.Concurrent;
using Amqp;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>The links over which clients take the answers to their requests, by connection and the address that a request names in <c>reply-to</c>.</summary>
internal sealed class ReplyLinks
{
    private readonly ConcurrentDictionary<(Connection Connection, string ReplyTo), ListenerLink> _links = new();

    public void Add(string replyTo, ListenerLink link)
    {
        var key = (link.Session.Connection, replyTo);
        _links[key] = link;
        link.AddClosedCallback((_, _) => _links.TryRemove(KeyValuePair.Create(key, link)));
    }

    public ListenerLink? Find(Connection connection, string? replyTo) =>
        replyTo is not null && _links.TryGetValue((connection, replyTo), out var link) ? link : null;
}
