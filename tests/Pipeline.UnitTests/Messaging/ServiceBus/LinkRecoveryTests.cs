using Pipeline.Core.Messaging;
using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

public sealed class LinkRecoveryTests : ServiceBusTest
{
    public enum Settlement
    {
        Complete,
        Abandon,
        DeadLetter,
    }

    [Fact]
    public async Task A_receiver_that_is_detached_for_idleness_attaches_again_and_gets_the_message()
    {
        var waiting = ConnectWithToken().ReceiveAsync(TimeSpan.FromSeconds(60), Stop);
        await EventuallyAsync(HasLink);

        Clock.Advance(TimeSpan.FromMinutes(10));
        await SendAsync(ConnectWithToken());

        Assert.Equal("spam-1", (await waiting)?.Request.RunId);
    }

    [Fact]
    public async Task A_message_held_for_long_keeps_its_link_as_long_as_its_lock_is_renewed()
    {
        Credential.Lifetime = TimeSpan.FromDays(1);
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);
        var link = Assert.Single(Broker.Links.All, l => l.IsAt(Queue));

        for (var minutes = 0; minutes < 40; minutes += 2)
        {
            Clock.Advance(TimeSpan.FromMinutes(2));
            await delivery.RenewLockAsync(Stop);
        }

        Assert.Same(link, Assert.Single(Broker.Links.All, l => l.IsAt(Queue)));
        await delivery.CompleteAsync(Stop);
        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Theory]
    [InlineData(Settlement.Complete, 0, 0)]
    [InlineData(Settlement.Abandon, 1, 0)]
    [InlineData(Settlement.DeadLetter, 0, 1)]
    public async Task A_message_whose_link_was_dropped_is_renewed_and_settled_over_the_management_node(Settlement settlement, int active, int dead)
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);

        Assert.Equal(1, DropLinks());
        await EventuallyAsync(() => !HasLink());
        Clock.Advance(TimeSpan.FromMinutes(4));
        await delivery.RenewLockAsync(Stop);
        Clock.Advance(TimeSpan.FromMinutes(4));
        await SettleAsync(delivery, settlement);

        Assert.Equal(new(Queue, active, Locked: 0, dead), Broker.Counts(Queue));
        Assert.False(HasLink());
    }

    [Theory]
    [InlineData(Settlement.Complete, 0, 0)]
    [InlineData(Settlement.Abandon, 1, 0)]
    [InlineData(Settlement.DeadLetter, 0, 1)]
    public async Task A_settlement_that_a_broken_connection_interrupts_is_tried_again(Settlement settlement, int active, int dead)
    {
        using var relay = new TcpRelay(Broker.Address);
        await SendAsync(ConnectWithToken());
        var delivery = await ReceiveAsync(ConnectWithToken(relay.Address));

        relay.Cut();
        await SettleAsync(delivery, settlement);

        Assert.Equal(new(Queue, active, Locked: 0, dead), Broker.Counts(Queue));
    }

    [Fact]
    public async Task A_message_that_was_given_to_another_cannot_be_settled_over_the_management_node()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var late = await ReceiveAsync(queue);
        DropLinks();
        await EventuallyAsync(() => !HasLink());
        Clock.Advance(TimeSpan.FromMinutes(5));
        var current = await ReceiveAsync(ConnectWithToken());

        await Assert.ThrowsAsync<MessageLockLostException>(() => late.RenewLockAsync(Stop));
        await Assert.ThrowsAsync<MessageLockLostException>(() => late.CompleteAsync(Stop));
        await Assert.ThrowsAsync<MessageLockLostException>(() => late.DeadLetterAsync("reason", "description", Stop));
        await late.AbandonAsync(Stop);

        Assert.Equal(2, current.DeliveryCount);
        await current.CompleteAsync(Stop);
        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task A_sender_whose_connection_was_idle_for_long_sends()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        Clock.Advance(TimeSpan.FromMinutes(20));
        await EventuallyAsync(() => Broker.Links.All.Count == 0);

        await SendAsync(queue, "spam-2");

        Assert.Equal(2, Broker.Counts(Queue).Active);
    }

    private static Task SettleAsync(ITrainingDelivery delivery, Settlement settlement) => settlement switch
    {
        Settlement.Complete => delivery.CompleteAsync(Stop),
        Settlement.Abandon => delivery.AbandonAsync(Stop),
        _ => delivery.DeadLetterAsync("no-such-run", "The run record is gone.", Stop),
    };
}

/// <summary>A broker that takes a message back as soon as its link is gone, which Azure may do as well.</summary>
public sealed class LocksThatEndWithTheirLinkTests : ServiceBusTest
{
    internal override EmbeddedBrokerOptions Options => base.Options with { ReleaseOnLinkLoss = true };

    [Fact]
    public async Task Whose_link_was_dropped_learns_that_its_lock_is_lost()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);

        DropLinks();
        var again = await ReceiveAsync(ConnectWithToken());

        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.RenewLockAsync(Stop));
        await Assert.ThrowsAsync<MessageLockLostException>(() => delivery.CompleteAsync(Stop));
        Assert.Equal(("spam-1", 2), (again.Request.RunId, again.DeliveryCount));
        await again.CompleteAsync(Stop);
    }
}
