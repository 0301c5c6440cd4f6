using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Pipeline.Local.Broker;

/// <summary>The node <c>$cbs</c>: takes tokens, one for each address, and remembers with the connection how long they hold.</summary>
internal sealed class CbsNode(EmbeddedBrokerOptions options, TimeProvider time, LiveLinks links)
{
    public const string Address = "$cbs";

    private readonly ConditionalWeakTable<ListenerConnection, ConcurrentDictionary<string, Permit>> _grants = [];

    /// <summary>True while the connection has a valid token for the address, or where none is needed.</summary>
    public bool Admits(ListenerConnection connection, string address) =>
        options.TokenValidator is null
        || (_grants.TryGetValue(connection, out var grants) && grants.TryGetValue(address, out var grant) && time.GetUtcNow() < grant.Until);

    public Message Answer(Message request, ListenerConnection connection)
    {
        var properties = request.ApplicationProperties;
        var accepted = false;
        if (properties?["operation"] is "put-token" && request.Body is string text)
        {
            var token = new PutToken(properties["type"] as string ?? "", properties["name"] as string ?? "", text);
            accepted = options.TokenValidator?.Invoke(token) != false;
            if (accepted)
                Grant(connection, token.Address, properties["expiration"] is DateTime until ? until.ToUniversalTime() : DateTimeOffset.MaxValue);
        }

        return new Message
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["status-code"] = accepted ? 202 : 401,
                ["status-description"] = accepted ? "Accepted" : "Unauthorized",
            },
        };
    }

    private void Grant(ListenerConnection connection, string address, DateTimeOffset until)
    {
        var grants = _grants.GetValue(connection, c =>
        {
            var made = new ConcurrentDictionary<string, Permit>(StringComparer.OrdinalIgnoreCase);
            c.AddClosedCallback((_, _) =>
            {
                foreach (var grant in made.Values)
                    grant.Dispose();
            });
            return made;
        });
        var clock = time.CreateTimer(_ => DropExpired(connection, address), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var permit = new Permit(until, clock);
        grants.AddOrUpdate(address, permit, (_, old) =>
        {
            old.Dispose();
            return permit;
        });
        clock.Change(Shorter(until - time.GetUtcNow()), Timeout.InfiniteTimeSpan);
    }

    private void DropExpired(ListenerConnection connection, string address)
    {
        if (!_grants.TryGetValue(connection, out var grants) || !grants.TryGetValue(address, out var permit))
            return;
        // Another token may have come between the timer and this, and a timer may be early by the grain of its clock.
        if (permit.Until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
            permit.Clock.Change(Shorter(left), Timeout.InfiniteTimeSpan);
        else
            links.Detach(l => l.Connection == connection && l.IsAt(address), new Error(ErrorCode.UnauthorizedAccess) { Description = "ExpiredToken: The token is expired." });
    }

    // A timer waits for 49 days at most.
    private static TimeSpan Shorter(TimeSpan left) => left > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : left.AtLeastTheGrain();

    private sealed record Permit(DateTimeOffset Until, ITimer Clock) : IDisposable
    {
        public void Dispose() => Clock.Dispose();
    }
}
