using Amqp.Types;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Messaging;

namespace Pipeline.IntegrationTests.Messaging;

/// <summary>The queue is declared by the client itself, as on a broker nobody has prepared.</summary>
public sealed class RabbitMqContractTests(RabbitMqFixture rabbit) : TrainingQueueContract, IClassFixture<RabbitMqFixture>
{
    private readonly string _entity = $"/queues/contract-{Guid.NewGuid():N}";

    protected override Uri Broker => rabbit.Address;

    protected override string Entity => _entity;

    // As the client declares it.
    protected override int DeliveryLimit => DeliveryLimits.TrainingRequests;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Locks_do_not_expire()
    {
        var queue = Connect();
        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);

        var delivery = await ReceiveAsync(queue);

        Assert.Null(delivery.LockDuration);
        await delivery.RenewLockAsync(Stop);
    }

    [Fact]
    public async Task A_queue_that_was_declared_otherwise_is_used_as_it_is()
    {
        var options = await rabbit.NewQueueAsync();
        await using var queue = TrainingQueueFactory.Create(options, TimeProvider.System, NullLoggerFactory.Instance);

        await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);

        Assert.Equal("spam-1", (await ReceiveAsync(queue)).Request.RunId);
    }

    protected override async Task<DeadMessage> TakeDeadAsync()
    {
        using var dead = await RawAmqp.ReceiveAsync(Broker, $"{_entity}-dead-letter");
        return new DeadMessage(
            dead.Properties.MessageId,
            (string?)dead.MessageAnnotations[new Symbol("x-opt-dead-letter-reason")],
            (string?)dead.MessageAnnotations[new Symbol("x-opt-dead-letter-description")]);
    }
}
