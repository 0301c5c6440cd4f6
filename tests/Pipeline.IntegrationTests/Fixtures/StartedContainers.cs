using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Containers;

[assembly: AssemblyFixture(typeof(StartedContainers))]

namespace Pipeline.IntegrationTests.Fixtures;

/// <summary>One container of each kind for the whole test program: started when first asked for, removed at its end.</summary>
public sealed class StartedContainers : IAsyncDisposable
{
    private static readonly Lazy<Task<AzuriteContainer>> AzuriteOnce = new(() => AzuriteContainer.StartAsync());
    private static readonly Lazy<Task<RabbitMqContainer>> RabbitMqOnce = new(() => RabbitMqContainer.StartAsync());

    internal static Task<AzuriteContainer> Azurite => AzuriteOnce.Value;

    internal static Task<RabbitMqContainer> RabbitMq => RabbitMqOnce.Value;

    public async ValueTask DisposeAsync()
    {
        if (AzuriteOnce is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Azurite).DisposeAsync();
        if (RabbitMqOnce is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await RabbitMq).DisposeAsync();
    }
}
