using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Messaging;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging;

/// <summary>An embedded broker whose clock the test owns, and clients of it that live by the real one.</summary>
public abstract class BrokerTest : IAsyncLifetime
{
    internal const string Queue = "training-requests";

    private readonly List<ITrainingQueue> _queues = [];

    internal EmbeddedBroker Broker { get; private set; } = null!;

    /// <summary>Starts at the real time: a client reads a lock's duration off the broker's clock and its own.</summary>
    protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal virtual EmbeddedBrokerOptions Options => new();

    public virtual async ValueTask InitializeAsync() => Broker = await EmbeddedBroker.StartAsync(Options, Clock);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
            await queue.DisposeAsync();
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the broker and starts it again on the same port and folder.</summary>
    internal async Task RestartAsync()
    {
        await Broker.DisposeAsync();
        Broker = await EmbeddedBroker.StartAsync(Options with { Port = Broker.Address.Port }, Clock);
    }

    internal ITrainingQueue Connect(Uri? address = null, TokenCredential? credential = null, TimeProvider? time = null)
    {
        var queue = TrainingQueueFactory.Create(
            new QueueOptions { Address = address ?? Broker.Address, EntityPath = Queue },
            time ?? TimeProvider.System, NullLoggerFactory.Instance, credential);
        _queues.Add(queue);
        return queue;
    }

    internal static Task SendAsync(ITrainingQueue queue, string runId = "spam-1") =>
        queue.SendAsync(new TrainingRequest(runId, "spam"), Stop);

    internal static async Task<ITrainingDelivery> ReceiveAsync(ITrainingQueue queue)
    {
        var delivery = await queue.ReceiveAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.NotNull(delivery);
        return delivery;
    }

    /// <summary>Waits for what the broker does on threads of its own.</summary>
    internal static async Task EventuallyAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(20, patience.Token);
    }
}
