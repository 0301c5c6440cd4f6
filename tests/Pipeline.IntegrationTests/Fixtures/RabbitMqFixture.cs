using Pipeline.Core.Messaging;
using Pipeline.Tests.Containers;

namespace Pipeline.IntegrationTests.Fixtures;

/// <summary>A RabbitMQ that all test classes share, with a fresh queue for each test that asks.</summary>
/// <remarks>Use it as <c>public sealed class MyTests(RabbitMqFixture rabbit) : IClassFixture&lt;RabbitMqFixture&gt;</c>.</remarks>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private RabbitMqContainer? _rabbit;

    /// <summary><c>amqp://user:password@host:port</c>. Reading it skips the test where containers are left out.</summary>
    public Uri Address => Broker.Address;

    private RabbitMqContainer Broker
    {
        get
        {
            DockerEngine.Require();
            return _rabbit!;
        }
    }

    /// <summary>Options of a fresh, empty queue; its dead-letter queue has the same path with <c>-dead-letter</c> at the end.</summary>
    /// <param name="deliveryLimit">Failed deliveries after which the broker moves a message to the dead-letter queue.</param>
    public async Task<QueueOptions> NewQueueAsync(int deliveryLimit = 5)
    {
        RabbitMqQueue queue = await Broker.CreateQueueAsync(deliveryLimit);
        return new QueueOptions { Address = Address, EntityPath = queue.EntityPath };
    }

    /// <summary>Removes the messages that no receiver holds.</summary>
    public Task PurgeAsync(QueueOptions queue) => Broker.PurgeAsync(queue.EntityPath["/queues/".Length..]);

    public async ValueTask InitializeAsync()
    {
        if (!DockerEngine.IsSkipped)
            _rabbit = await StartedContainers.RabbitMq;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
