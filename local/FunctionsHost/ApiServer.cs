using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pipeline.Local.FunctionsHost;

/// <summary>The address that users call: <c>http://127.0.0.1:7071/api/…</c>.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ApiProxy _proxy;

    private ApiServer(WebApplication app, ApiProxy proxy) => (_app, _proxy) = (app, proxy);

    /// <summary>Where it listens, without a trailing path.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="port">The port on 127.0.0.1; 0: any free one.</param>
    /// <param name="handler">The address of the functions app.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<ApiServer> StartAsync(int port, Uri handler, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // the functions app sets the limit
        });
        // Ctrl-C is handled in one place, which stops the parts in the right order.
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        var app = builder.Build();
        var proxy = new ApiProxy(handler);
        app.Map("/api/{**path}", proxy.ForwardAsync);
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new ApiServer(app, proxy) { Address = new Uri(addresses.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _proxy.Dispose();
    }

    private sealed class NoHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
