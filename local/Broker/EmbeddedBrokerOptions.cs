using System.Security.Cryptography.X509Certificates;
using Amqp.Framing;
using Pipeline.Core.Messaging;

namespace Pipeline.Local.Broker;

/// <summary>What the embedded broker does; the defaults are those of a Service Bus queue.</summary>
internal sealed record EmbeddedBrokerOptions
{
    /// <summary>Port on the loopback address; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder of the journal; null: messages live in memory only.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long a receiver holds a message without renewal.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A message that comes back after this many deliveries is dead-lettered.</summary>
    public int MaxDeliveryCount { get; init; } = DeliveryLimits.Functions;

    /// <summary>The same for queues that have a limit of their own, by name.</summary>
    public IReadOnlyDictionary<string, int> MaxDeliveryCounts { get; init; } = new Dictionary<string, int>();

    /// <summary>For how long a second message with the same id is dropped.</summary>
    public TimeSpan DuplicateDetectionWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of the largest message. Default 256 KiB, as in the Standard tier.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>True: a receiver that is gone loses its messages at once, so nobody waits on one machine. False: when their locks expire, as on Azure.</summary>
    public bool ReleaseOnLinkLoss { get; init; } = true;

    /// <summary>After how long without traffic a link is detached; null: never. Azure takes 10 minutes.</summary>
    public TimeSpan? LinkIdleTimeout { get; init; }

    /// <summary>The queues there are; null: a queue comes into being when it is first used.</summary>
    public IReadOnlyCollection<string>? Queues { get; init; }

    /// <summary>Serve TLS with this certificate and its private key; null: plain TCP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>User name and password for SASL PLAIN; null: anybody may connect.</summary>
    public (string User, string Password)? Login { get; init; }

    /// <summary>
    /// Decides on tokens put on <c>$cbs</c>. A link is then attached only to an address for which the connection has a token, and
    /// detached when that has run out. Null: no token is needed.
    /// </summary>
    public Func<PutToken, bool>? TokenValidator { get; init; }

    /// <summary>
    /// Asked with the address before a link is attached, a message is taken in or a request is answered; an error refuses it. So
    /// that tests can have a broker that is busy or broken.
    /// </summary>
    public Func<string, Error?>? Refusal { get; init; }
}
