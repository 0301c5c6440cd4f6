using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A request at which a trainer is stopped short.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">A pattern of its path.</param>
/// <param name="Before">True: it does not reach storage any more. False: it is the last that does.</param>
/// <param name="Body">A text that its body must have; null: any body.</param>
internal sealed record StoragePoint(string Method, string Path, bool Before, string? Body = null)
{
    public override string ToString() => $"{(Before ? "before" : "after")} {Method} {Path}{(Body is null ? "" : $" with {Body}")}";
}

/// <summary>Stands between a trainer and storage. From a chosen request on it lets nothing through, as if the trainer had been killed there.</summary>
internal sealed class StorageGate : IAsyncDisposable
{
    private const long LargestBodyRead = 1 << 20;

    private readonly WebApplication _app;
    private readonly ApiProxy _storage;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoragePoint _point;
    private int _isShut;

    private StorageGate(WebApplication app, ApiProxy storage, StoragePoint point) => (_app, _storage, _point) = (app, storage, point);

    /// <summary>Ends when the point is reached.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Where the trainer finds its storage.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<StorageGate> StartAsync(string connectionString, StoragePoint point, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var storage = new Uri(Regex.Match(connectionString, "BlobEndpoint=(https?://[^/;]+)").Groups[1].Value);
        var gate = new StorageGate(builder.Build(), new ApiProxy(storage), point);
        gate._app.Run(gate.HandleAsync);
        await gate._app.StartAsync(cancellationToken);
        var address = gate._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        gate.ConnectionString = connectionString.Replace(storage.ToString().TrimEnd('/'), address, StringComparison.Ordinal);
        return gate;
    }

    /// <summary>Lets everything through again.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Drops what it still holds.</summary>
    public async ValueTask DisposeAsync()
    {
        _released.TrySetCanceled();
        await _app.DisposeAsync();
        _storage.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (await IsPointAsync(context.Request) && Interlocked.Exchange(ref _isShut, 1) == 0)
        {
            if (!_point.Before)
                await _storage.ForwardAsync(context);
            _reached.TrySetResult();
            if (!_point.Before)
                return;
        }

        if (Volatile.Read(ref _isShut) == 1)
            await _released.Task.WaitAsync(context.RequestAborted);
        await _storage.ForwardAsync(context);
    }

    private async Task<bool> IsPointAsync(HttpRequest request)
    {
        if (request.Method != _point.Method || !Regex.IsMatch(request.Path, _point.Path))
            return false;
        if (_point.Body is null)
            return true;
        if (request.ContentLength is not (> 0 and < LargestBodyRead))
            return false;
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync();
        request.Body.Position = 0;
        return body.Contains(_point.Body, StringComparison.Ordinal);
    }
}
