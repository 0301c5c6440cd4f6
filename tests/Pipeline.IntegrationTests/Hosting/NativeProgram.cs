using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Pipeline.Local.Processes;
using Pipeline.Tests.Containers;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The custom handler as it is shipped: native code, in its image. It shares the machine's network, where tests have their storage and broker.</summary>
internal sealed class NativeProgram : IAsyncDisposable
{
    private readonly IContainer _container;

    private NativeProgram(IContainer container, Uri address) =>
        (_container, Http) = (container, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address });

    /// <summary>A client of the program.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it.</summary>
    /// <param name="account">Connection string of the storage account.</param>
    /// <param name="settings">Further configuration, <c>key=value</c>.</param>
    public static async Task<NativeProgram> StartAsync(string account, params string[] settings)
    {
        var port = LoopbackPort.Free();
        var environment = settings
            .Select(setting => setting.Split('=', 2))
            // A folder of this machine is none of the container's.
            .Where(setting => setting[0] != "Pipeline:Serving:CacheFolder")
            .ToDictionary(setting => setting[0].Replace(":", "__", StringComparison.Ordinal), setting => setting[1]);
        environment.TryAdd("Pipeline__Queue__Address", "amqp://127.0.0.1:1");
        var container = TestImages.Start(TestImages.Functions)
            .WithCreateParameterModifier(parameters => parameters.HostConfig!.NetworkMode = "host")
            .WithEnvironment("ASPNETCORE_HTTP_PORTS", "")
            .WithEnvironment("FUNCTIONS_CUSTOMHANDLER_PORT", $"{port}")
            .WithEnvironment("Pipeline__Storage__ConnectionString", account)
            .WithEnvironment("Pipeline__Serving__LoadAtStart", "false")
            .WithEnvironment(environment)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Application started", wait => wait.WithTimeout(TimeSpan.FromMinutes(1))))
            .Build();
        await container.StartAsync(TestContext.Current.CancellationToken);
        return new NativeProgram(container, new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _container.DisposeAsync();
    }
}
