using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging;

/// <summary>On Azure a lock stands until it expires, link or no link; the client goes on over <c>$management</c>.</summary>
public sealed class LocksThatOutliveLinksTests : BrokerTest
{
    internal override EmbeddedBrokerOptions Options => new() { ReleaseOnLinkLoss = false };

    [Fact]
    public async Task A_message_is_renewed_and_completed_after_its_connection_was_cut()
    {
        using var relay = new TcpRelay(Broker.Address);
        await SendAsync(Connect());
        var delivery = await ReceiveAsync(Connect(relay.Address));

        relay.Cut();
        Clock.Advance(TimeSpan.FromSeconds(50));
        await RenewAfterTheCutAsync(delivery);
        Clock.Advance(TimeSpan.FromSeconds(50));
        await delivery.CompleteAsync(Stop);

        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task A_message_is_abandoned_after_its_connection_was_cut()
    {
        using var relay = new TcpRelay(Broker.Address);
        await SendAsync(Connect());
        var delivery = await ReceiveAsync(Connect(relay.Address));

        relay.Cut();
        await RenewAfterTheCutAsync(delivery);
        await delivery.AbandonAsync(Stop);

        Assert.Equal(new(Queue, Active: 1, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task A_message_is_dead_lettered_after_its_connection_was_cut()
    {
        using var relay = new TcpRelay(Broker.Address);
        await SendAsync(Connect());
        var delivery = await ReceiveAsync(Connect(relay.Address));

        relay.Cut();
        await RenewAfterTheCutAsync(delivery);
        await delivery.DeadLetterAsync("no-such-run", "The run record is gone.", Stop);

        using var dead = await RawAmqp.ReceiveAsync(Broker.Address, $"{Queue}/$DeadLetterQueue");
        Assert.Equal("no-such-run", dead.ApplicationProperties["DeadLetterReason"]);
        Assert.Equal("The run record is gone.", dead.ApplicationProperties["DeadLetterErrorDescription"]);
    }

    // The first try may still go out on the connection that is just breaking.
    private static async Task RenewAfterTheCutAsync(Core.Messaging.ITrainingDelivery delivery)
    {
        try
        {
            await delivery.RenewLockAsync(Stop);
        }
        catch (Core.Messaging.TrainingQueueException e) when (e.IsTransient)
        {
            await delivery.RenewLockAsync(Stop);
        }
    }
}
