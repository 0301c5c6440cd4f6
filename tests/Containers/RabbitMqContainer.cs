using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace Pipeline.Tests.Containers;

/// <summary>RabbitMQ 4 with the queue <c>training-requests</c>, and its management interface to make more.</summary>
internal sealed class RabbitMqContainer : IAsyncDisposable
{
    private const int Amqp = 5672;
    private const int Management = 15672;
    private const string Credentials = "pipeline:pipeline";

    private readonly IContainer _container;
    private readonly HttpClient _management;

    private RabbitMqContainer(IContainer container)
    {
        _container = container;
        _management = new HttpClient { BaseAddress = new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(Management)}/api/") };
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials)));
        Address = new Uri($"amqp://{Credentials}@{container.Hostname}:{container.GetMappedPublicPort(Amqp)}");
    }

    /// <summary>For clients on this machine.</summary>
    public Uri Address { get; }

    public static async Task<RabbitMqContainer> StartAsync(INetwork? network = null, string alias = "rabbitmq")
    {
        ContainerBuilder builder = TestImages.Start(TestImages.RabbitMq)
            .WithResourceMapping(new FileInfo(Repository.PathOf("tests/images/rabbitmq/rabbitmq.conf")), "/etc/rabbitmq/")
            .WithResourceMapping(new FileInfo(Repository.PathOf("tests/images/rabbitmq/definitions.json")), "/etc/rabbitmq/")
            .WithResourceMapping(new FileInfo(Repository.PathOf("tests/images/rabbitmq/enabled_plugins")), "/etc/rabbitmq/")
            .WithPortBinding(Amqp, assignRandomHostPort: true)
            .WithPortBinding(Management, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged(@"completed with \d+ plugins", wait => wait.WithTimeout(TimeSpan.FromMinutes(2))));
        if (network is not null)
            builder = builder.WithNetwork(network).WithNetworkAliases(alias);
        IContainer container = builder.Build();
        await container.StartAsync();
        return new RabbitMqContainer(container);
    }

    /// <summary>For clients in the container's network, where it goes by <paramref name="alias"/>.</summary>
    public static Uri AddressInside(string alias = "rabbitmq") => new($"amqp://{Credentials}@{alias}:{Amqp}");

    /// <summary>Declares a quorum queue as the product does, which moves to its dead-letter queue what was delivered too often or rejected.</summary>
    public async Task<RabbitMqQueue> CreateQueueAsync(int deliveryLimit)
    {
        var queue = new RabbitMqQueue($"requests-{Guid.NewGuid():N}");
        await DeclareAsync(queue.DeadLetterName, new() { ["x-queue-type"] = "quorum" });
        await DeclareAsync(queue.Name, new()
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = deliveryLimit,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = queue.DeadLetterName,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        });
        return queue;
    }

    /// <summary>Removes the messages that no receiver holds.</summary>
    public async Task PurgeAsync(string queueName)
    {
        using HttpResponseMessage answer = await _management.DeleteAsync($"queues/%2F/{queueName}/contents");
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _container.DisposeAsync();
    }

    private async Task DeclareAsync(string name, Dictionary<string, object> arguments)
    {
        using HttpResponseMessage answer = await _management.PutAsJsonAsync(
            $"queues/%2F/{name}", new { durable = true, auto_delete = false, arguments });
        answer.EnsureSuccessStatusCode();
    }
}
