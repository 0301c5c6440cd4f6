using Pipeline.Core.Messaging;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

public sealed class RefusalTests : ServiceBusTest
{
    private int _attaches;

    internal override EmbeddedBrokerOptions Options => base.Options with { MaxMessageBytes = 1_000 };

    [Fact]
    public async Task A_queue_that_does_not_exist_is_named_at_once_and_not_looked_for_again()
    {
        Refusal = _ =>
        {
            Interlocked.Increment(ref _attaches);
            return null;
        };
        await using var queue = TrainingQueueFactory.CreateFor(
            "no-such-queue", new QueueOptions { Address = Broker.Address }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Credential);

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => queue.SendAsync("id", "{}", Stop));

        Assert.False(failure.IsTransient);
        Assert.Contains("queue 'no-such-queue'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("amqp:not-found", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Create the queue", failure.Message, StringComparison.Ordinal);
        // The two links to $cbs and the one to the queue.
        Assert.Equal(3, _attaches);
    }

    [Fact]
    public async Task A_busy_broker_is_reported_as_something_that_passes()
    {
        Refusal = address => address == Queue ? new("com.microsoft:server-busy") { Description = "Wait 10 seconds and try again." } : null;

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => ConnectWithToken().ReceiveAsync(TimeSpan.FromSeconds(5), Stop));

        Assert.True(failure.IsTransient);
        Assert.Contains("com.microsoft:server-busy: Wait 10 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_that_a_busy_broker_refuses_may_be_tried_again()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);
        Refusal = _ => new("com.microsoft:server-busy");

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => delivery.RenewLockAsync(Stop));
        Refusal = null;
        await delivery.RenewLockAsync(Stop);

        Assert.True(failure.IsTransient);
        await delivery.CompleteAsync(Stop);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_for_good()
    {
        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => SendAsync(ConnectWithToken(), new string('x', 2_000)));

        Assert.False(failure.IsTransient);
        Assert.Contains("amqp:link:message-size-exceeded", failure.Message, StringComparison.Ordinal);
    }

}
