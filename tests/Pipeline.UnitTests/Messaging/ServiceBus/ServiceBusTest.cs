using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>
/// A broker that behaves as Azure Service Bus does: a token for each address, links that are dropped when it runs out or when they
/// are idle, locks that outlive their links. Its clock is the test's. Whether it does behave so is for <see cref="OfficialClientTests"/>.
/// </summary>
public abstract class ServiceBusTest : BrokerTest
{
    private protected ServiceBusTest() => Credential = new IssuedTokens(Clock);

    private protected IssuedTokens Credential { get; }

    /// <summary>The addresses that tokens were put for, in order.</summary>
    private protected ConcurrentQueue<string> TokensPut { get; } = new();

    /// <summary>What the broker says instead of doing what it is asked; null: it works.</summary>
    private protected Func<string, Error?>? Refusal { get; set; }

    internal override EmbeddedBrokerOptions Options => new()
    {
        LockDuration = TimeSpan.FromMinutes(5),
        LinkIdleTimeout = TimeSpan.FromMinutes(10),
        Queues = [Queue],
        ReleaseOnLinkLoss = false,
        Refusal = address => Refusal?.Invoke(address),
        TokenValidator = put =>
        {
            TokensPut.Enqueue(put.Address);
            return put.Type == "jwt" && put.Token.StartsWith("good", StringComparison.Ordinal);
        },
    };

    internal Core.Messaging.ITrainingQueue ConnectWithToken(Uri? address = null, TimeProvider? time = null) => Connect(address, Credential, time);

    /// <summary>Detaches the links to the queue, as Azure does now and then.</summary>
    private protected int DropLinks() =>
        Broker.Links.Detach(l => l.IsAt(Queue), new Error(ErrorCode.DetachForced) { Description = "The link is force detached by the broker." });

    private protected bool HasLink() => Broker.Links.All.Any(l => l.IsAt(Queue));
}
