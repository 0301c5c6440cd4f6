using System.Net;
using System.Net.Sockets;
using Amqp;
using Amqp.Listener;
using Amqp.Sasl;

namespace Pipeline.Local.Broker;

/// <summary>
/// An AMQP 1.0 broker inside the process, on the loopback address: what the pipeline needs of Service Bus, and no more. Peek-lock with
/// expiry, delivery counts, dead-letter queues (<c>{queue}/$DeadLetterQueue</c>), duplicate detection, <c>$cbs</c>, <c>$management</c>.
/// Azure's own client works with it: no sessions, topics, transactions, scheduled or deferred messages.
/// </summary>
internal sealed class EmbeddedBroker : IAsyncDisposable
{
    private readonly ContainerHost _host;
    private readonly QueueStore _store;

    private EmbeddedBroker(ContainerHost host, QueueStore store, LiveLinks links)
    {
        _host = host;
        _store = store;
        Links = links;
        var address = host.Listeners[0].Address;
        Address = new Uri($"{address.Scheme}://{address.Host}:{address.Port}");
    }

    /// <summary>Where clients connect.</summary>
    public Uri Address { get; }

    /// <summary>The links that are attached now.</summary>
    public LiveLinks Links { get; }

    /// <summary>Reads the journal and begins to listen.</summary>
    /// <exception cref="IOException">The port or the folder is taken.</exception>
    public static Task<EmbeddedBroker> StartAsync(EmbeddedBrokerOptions options, TimeProvider time) => Task.Run(() =>
    {
        var port = Reserve(options.Port);
        var store = new QueueStore(options, time);
        var host = new ContainerHost(new Address(IPAddress.Loopback.ToString(), port, scheme: options.Certificate is null ? "amqp" : "amqps"));
        var listener = host.Listeners[0];
        listener.HandlerFactory = _ => new DeliveryTagging();
        listener.AMQP.IdleTimeout = (int)TimeSpan.FromSeconds(60).TotalMilliseconds;
        if (options.Certificate is not null)
            listener.SSL.Certificate = options.Certificate;
        if (options.Login is var (user, password))
        {
            listener.SASL.EnablePlainMechanism(user, password);
        }
        else
        {
            listener.SASL.EnableAnonymousMechanism = true;
            // The name under which Azure's clients announce that they will put a token on $cbs.
            listener.SASL.EnableMechanism("MSSBCBS", SaslProfile.Anonymous);
        }

        var links = new LiveLinks(options, time);
        host.RegisterLinkProcessor(new LinkRouter(store, new CbsNode(options, time, links), links));
        try
        {
            host.Open();
        }
        catch
        {
            store.Dispose();
            throw;
        }

        return new EmbeddedBroker(host, store, links);
    });

    /// <summary>What lies in each queue; dead-letter queues are counted with the queue they belong to.</summary>
    public IReadOnlyList<QueueCounts> Counts() => _store.Counts();

    /// <summary>What lies in one queue; zeros where it does not exist.</summary>
    public QueueCounts Counts(string queue) =>
        Counts().FirstOrDefault(c => string.Equals(c.Queue, queue, StringComparison.OrdinalIgnoreCase)) ?? new QueueCounts(queue, 0, 0, 0);

    /// <summary>Stops. Messages under lock are waiting again after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        // First the store: what links report while they are torn down must no longer count.
        _store.Dispose();
        await Task.Run(_host.Close);
    }

    // The library binds with address reuse, under which two brokers on one port would share its connections unseen.
    private static int Reserve(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"Port {port} is taken. Stop what listens there, or choose another port for the broker (0 for any).", e);
        }
    }
}
