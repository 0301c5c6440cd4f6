using Pipeline.Core.Messaging;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging;

public sealed class PeekLockTests : BrokerTest
{
    [Fact]
    public async Task A_message_is_hidden_while_its_lock_stands_and_comes_back_when_it_expires()
    {
        var queue = Connect();
        await SendAsync(queue);
        var first = await ReceiveAsync(queue);

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(await queue.ReceiveAsync(TimeSpan.Zero, Stop));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await ReceiveAsync(queue);

        Assert.Equal((1, 2), (first.DeliveryCount, second.DeliveryCount));
    }

    [Fact]
    public async Task The_lock_lasts_as_long_as_the_broker_says()
    {
        var queue = Connect(time: Clock);
        await SendAsync(queue);

        var delivery = await ReceiveAsync(queue);

        // AMQP counts time in milliseconds.
        Assert.InRange(delivery.LockDuration!.Value, TimeSpan.FromMilliseconds(59_999), TimeSpan.FromMilliseconds(60_001));
    }

    [Fact]
    public async Task A_renewed_lock_stands()
    {
        var queue = Connect();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);

        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(50));
            await delivery.RenewLockAsync(Stop);
        }

        await delivery.CompleteAsync(Stop);
        Assert.Equal((0, 0, 0), (Broker.Counts(Queue).Active, Broker.Counts(Queue).Locked, Broker.Counts(Queue).DeadLettered));
    }

    [Fact]
    public async Task An_expired_lock_is_reported_and_the_message_is_not_removed()
    {
        var queue = Connect();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);

        Clock.Advance(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.RenewLockAsync(Stop));
        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.CompleteAsync(Stop));
        Assert.Equal("spam-1", (await ReceiveAsync(queue)).Request.RunId);
    }

    [Fact]
    public async Task A_late_receiver_cannot_settle_what_another_holds()
    {
        var queue = Connect();
        await SendAsync(queue);
        var late = await ReceiveAsync(queue);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var current = await ReceiveAsync(Connect());

        await Assert.ThrowsAsync<MessageLockLostException>(() => late.CompleteAsync(Stop));
        await late.AbandonAsync(Stop);

        Assert.Equal(1, Broker.Counts(Queue).Locked);
        await current.CompleteAsync(Stop);
        Assert.Equal(0, Broker.Counts(Queue).Locked);
    }

    [Fact]
    public async Task A_message_that_was_never_completed_is_dead_lettered_after_ten_deliveries()
    {
        var queue = Connect();
        await SendAsync(queue);
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal(i, (await ReceiveAsync(queue)).DeliveryCount);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        using var dead = await RawAmqp.ReceiveAsync(Broker.Address, $"{Queue}/$DeadLetterQueue");

        Assert.Equal("MaxDeliveryCountExceeded", dead.ApplicationProperties["DeadLetterReason"]);
        Assert.Equal(0, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task Counts_follow_a_message_through_the_queue()
    {
        var queue = Connect();
        await SendAsync(queue);
        await SendAsync(queue, "spam-2");
        Assert.Equal(new(Queue, Active: 2, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));

        var delivery = await ReceiveAsync(queue);
        Assert.Equal(new(Queue, Active: 1, Locked: 1, DeadLettered: 0), Broker.Counts(Queue));

        await delivery.DeadLetterAsync("reason", "description", Stop);
        Assert.Equal(new(Queue, Active: 1, Locked: 0, DeadLettered: 1), Broker.Counts(Queue));
    }
}
