using Amqp;
using Amqp.Framing;
using Pipeline.Core.Messaging;

namespace Pipeline.IntegrationTests.Fixtures;

/// <summary>What the messaging code takes for granted of RabbitMQ 4 holds for the broker the tests run on.</summary>
public sealed class RabbitMqFixtureTests(RabbitMqFixture rabbit) : IClassFixture<RabbitMqFixture>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_rejected_message_moves_to_the_dead_letter_queue()
    {
        QueueOptions queue = await rabbit.NewQueueAsync();
        var session = new Session(await Connection.Factory.CreateAsync(new Address(queue.Address!.ToString())));
        await new SenderLink(session, "sender", queue.EntityPath).SendAsync(new Message("hello") { Header = new Header { Durable = true } });
        var receiver = new ReceiverLink(session, "receiver", queue.EntityPath);

        receiver.Reject(await receiver.ReceiveAsync(Wait));

        Message dead = await new ReceiverLink(session, "dead", queue.EntityPath + "-dead-letter").ReceiveAsync(Wait);
        Assert.Equal("hello", dead?.Body);
        await session.Connection.CloseAsync();
    }

    [Fact]
    public async Task A_purged_queue_is_empty()
    {
        QueueOptions queue = await rabbit.NewQueueAsync();
        var session = new Session(await Connection.Factory.CreateAsync(new Address(queue.Address!.ToString())));
        await new SenderLink(session, "sender", queue.EntityPath).SendAsync(new Message("hello"));

        await rabbit.PurgeAsync(queue);

        Assert.Null(await new ReceiverLink(session, "receiver", queue.EntityPath).ReceiveAsync(TimeSpan.FromSeconds(1)));
        await session.Connection.CloseAsync();
    }
}
