using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions;

namespace Pipeline.Tests.Shared;

/// <summary>The functions app on a free port of this machine, as the Functions host would start it.</summary>
internal sealed class RunningFunctions : IAsyncDisposable
{
    /// <summary>An account that nobody answers for.</summary>
    public const string NoStorage =
        "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=bm9ib2R5;BlobEndpoint=http://127.0.0.1:1/nobody";

    private readonly WebApplication _app;

    private RunningFunctions(WebApplication app, HttpClient http) => (_app, Http) = (app, http);

    /// <summary>A client of the app.</summary>
    public HttpClient Http { get; }

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the app.</summary>
    /// <param name="storage">A connection string.</param>
    /// <param name="configure">Changes before it is built.</param>
    /// <param name="settings">Further configuration, <c>key=value</c>.</param>
    public static async Task<RunningFunctions> StartAsync(
        string storage = NoStorage, Action<WebApplicationBuilder>? configure = null, params string[] settings)
    {
        string[] args =
        [
            "--FUNCTIONS_CUSTOMHANDLER_PORT=0", $"--Pipeline:Storage:ConnectionString={storage}", "--Pipeline:Queue:Address=amqp://127.0.0.1:1",
            // Tests say when a model is loaded; the default folder may hold models of another program.
            "--Pipeline:Serving:LoadAtStart=false",
            .. settings.Select(s => "--" + s),
        ];
        var app = FunctionsApp.Create(args, configure);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new RunningFunctions(app, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) });
    }

    /// <summary>Stops the app as SIGTERM does: requests under way end, then the rest.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
