using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;

namespace Pipeline.Tests.Messaging;

/// <summary>What the training queue promises on every broker; one sealed class per broker says how to get there.</summary>
public abstract class TrainingQueueContract : IAsyncLifetime
{
    // Long enough to be sure that nothing comes, short enough to wait for.
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    // Ends a broken test; a working one never waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _queues = [];

    protected abstract Uri Broker { get; }

    protected abstract string Entity { get; }

    /// <summary>Deliveries after which the queue gives a message up.</summary>
    protected virtual int DeliveryLimit => DeliveryLimits.Functions;

    /// <summary>Logs the client in; null where the address does.</summary>
    protected virtual TokenCredential? Credential => null;

    /// <summary>File of the authority of the broker's certificate; null where there is none.</summary>
    protected virtual string? CertificateAuthority => null;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
            await queue.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_request_arrives_as_it_was_sent()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-0123456789ab", "spam"), Stop);

        var delivery = await ReceiveAsync(queue);

        Assert.Equal(new TrainingRequest("spam-0123456789ab", "spam"), delivery.Request);
        Assert.Equal(1, delivery.DeliveryCount);
    }

    [Fact]
    public async Task A_completed_message_never_comes_back()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        await (await ReceiveAsync(queue)).CompleteAsync(Stop);

        await queue.DisposeAsync();

        Assert.Null(await Connect().ReceiveAsync(AMoment, Stop));
    }

    [Fact]
    public async Task An_empty_queue_gives_null_when_the_wait_is_over() =>
        Assert.Null(await Connect().ReceiveAsync(AMoment, Stop));

    [Fact]
    public async Task A_waiting_receiver_gets_a_message_that_comes_later()
    {
        var queue = Connect();
        var waiting = queue.ReceiveAsync(Patience, Stop);

        await Connect().SendAsync(new TrainingRequest("spam-1", "spam"), Stop);

        Assert.Equal("spam-1", (await waiting)?.Request.RunId);
    }

    [Fact]
    public async Task An_abandoned_message_comes_back_with_a_higher_delivery_count()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        await (await ReceiveAsync(queue)).AbandonAsync(Stop);

        var again = await ReceiveAsync(queue);

        Assert.Equal(("spam-1", 2), (again.Request.RunId, again.DeliveryCount));
    }

    [Fact]
    public async Task A_dead_lettered_message_lies_in_the_dead_letter_queue_with_reason_and_description()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        await (await ReceiveAsync(queue)).DeadLetterAsync("no-such-run", "The run record is gone.", Stop);

        var dead = await TakeDeadAsync();

        Assert.Equal(new DeadMessage("spam-1", "no-such-run", "The run record is gone."), dead);
        Assert.Null(await queue.ReceiveAsync(AMoment, Stop));
    }

    [Fact]
    public async Task A_message_that_fails_too_often_is_dead_lettered()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        var deliveries = 0;
        while (await queue.ReceiveAsync(AMoment, Stop) is { } delivery)
        {
            Assert.Equal(++deliveries, delivery.DeliveryCount);
            await delivery.AbandonAsync(Stop);
        }

        var dead = await TakeDeadAsync();

        Assert.Equal("spam-1", dead.MessageId);
        // Brokers count differently what comes with the delivery that reaches the limit.
        Assert.InRange(deliveries, DeliveryLimit, DeliveryLimit + 1);
    }

    [Theory]
    [InlineData("this is not json")]
    [InlineData("{\"model_name\":\"spam\"}")]
    [InlineData("[1]")]
    public async Task An_unreadable_message_is_dead_lettered_and_passed_over(string body)
    {
        var queue = Connect();
        // The first connection declares the queue where the broker wants that.
        Assert.Null(await queue.ReceiveAsync(TimeSpan.Zero, Stop));
        await SendTextAsync(body);
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);

        var delivery = await ReceiveAsync(queue);
        var dead = await TakeDeadAsync();

        Assert.Equal("spam-1", delivery.Request.RunId);
        Assert.Equal("malformed-body", dead.Reason);
    }

    [Fact]
    public async Task Two_receivers_never_hold_the_same_message()
    {
        var sender = Connect();
        for (var i = 0; i < 20; i++)
            await sender.SendAsync(new TrainingRequest($"spam-{i}", "spam"), Stop);

        var taken = await Task.WhenAll(TakeAllAsync(), TakeAllAsync(), TakeAllAsync());

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"spam-{i}").Order(), taken.SelectMany(t => t).Order());

        async Task<List<string>> TakeAllAsync()
        {
            var queue = Connect();
            var mine = new List<string>();
            while (await queue.ReceiveAsync(AMoment, Stop) is { } delivery)
            {
                mine.Add(delivery.Request.RunId);
                await delivery.CompleteAsync(Stop);
            }

            return mine;
        }
    }

    [Fact]
    public async Task A_message_whose_receiver_is_cut_off_comes_back()
    {
        using var relay = new TcpRelay(Broker);
        await Connect().SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        await ReceiveAsync(Connect(relay.Address));

        relay.Cut();

        // Counted, so that a message that kills its receivers ends in the dead-letter queue.
        var again = await ReceiveAsync(Connect());
        Assert.Equal(("spam-1", 2), (again.Request.RunId, again.DeliveryCount));
    }

    [Fact]
    public async Task A_receiver_that_was_cut_off_learns_that_its_lock_is_lost()
    {
        using var relay = new TcpRelay(Broker);
        await Connect().SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        var delivery = await ReceiveAsync(Connect(relay.Address));

        relay.Cut();
        // Not before the broker has noticed: then the message is someone else's.
        await ReceiveAsync(Connect());

        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.RenewLockAsync(Stop));
        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.CompleteAsync(Stop));
    }

    [Fact]
    public async Task A_client_that_was_cut_off_connects_again()
    {
        using var relay = new TcpRelay(Broker);
        var queue = Connect(relay.Address);
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);

        relay.Cut();
        await queue.SendAsync(new TrainingRequest("spam-2", "spam"), Stop);
        var first = await ReceiveAsync(queue);
        relay.Cut();
        var received = new HashSet<string> { first.Request.RunId };
        while (received.Count < 2)
            received.Add((await ReceiveAsync(queue)).Request.RunId);

        Assert.Equal(["spam-1", "spam-2"], received.Order());
    }

    [Fact]
    public async Task A_client_that_closes_gives_back_what_it_holds()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        await ReceiveAsync(queue);

        await queue.DisposeAsync();

        Assert.Equal("spam-1", (await ReceiveAsync(Connect())).Request.RunId);
    }

    [Fact]
    public async Task A_message_is_settled_once()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
        var delivery = await ReceiveAsync(queue);
        await delivery.CompleteAsync(Stop);

        await delivery.RenewLockAsync(Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => delivery.AbandonAsync(Stop));
    }

    [Fact]
    public async Task A_broker_that_cannot_be_reached_is_named_in_the_error()
    {
        var unused = new UriBuilder(Broker) { Port = 1 }.Uri;

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => Connect(unused).ReceiveAsync(AMoment, Stop));

        Assert.True(failure.IsTransient);
        Assert.Contains($"{unused.Host}:1", failure.Message, StringComparison.Ordinal);
    }

    protected ITrainingQueue Connect(Uri? address = null)
    {
        var queue = TrainingQueueFactory.Create(
            new QueueOptions { Address = address ?? Broker, EntityPath = Entity, CertificateAuthority = CertificateAuthority },
            TimeProvider.System, NullLoggerFactory.Instance, Credential);
        _queues.Add(queue);
        return queue;
    }

    protected static async Task<ITrainingDelivery> ReceiveAsync(ITrainingQueue queue)
    {
        var delivery = await queue.ReceiveAsync(Patience, Stop);
        Assert.NotNull(delivery);
        return delivery;
    }

    /// <summary>Takes a message out of the dead-letter queue with a client that is not ours.</summary>
    protected abstract Task<DeadMessage> TakeDeadAsync();

    /// <summary>Sends any text with a client that is not ours.</summary>
    protected virtual Task SendTextAsync(string body) => RawAmqp.SendTextAsync(Broker, Entity, body);

    /// <summary>A message of the dead-letter queue, and why it is there.</summary>
    protected sealed record DeadMessage(string MessageId, string? Reason, string? Description);
}
