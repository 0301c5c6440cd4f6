using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Grpc.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>
/// The app as an isolated worker, in a process of its own, with this test in the place of the Azure Functions host: it starts the worker as
/// worker.config.json says, talks with it over gRPC, and passes HTTP requests on to it.
/// </summary>
internal sealed class IsolatedHost : IFunctionsHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WebApplication _rpc;
    private readonly WorkerProcess _process;
    private readonly WorkerStream _stream;

    private IsolatedHost(WebApplication rpc, WorkerProcess process, WorkerStream stream) => (_rpc, _process, _stream) = (rpc, process, stream);

    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the worker said it can do.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = null!;

    /// <summary>The functions that the worker has told of, and has loaded.</summary>
    public IReadOnlyList<WorkerFunction> Functions { get; private set; } = null!;

    /// <summary>What the worker logged so far.</summary>
    public IEnumerable<RpcLog> Logs => _stream.Logs;

    /// <summary>What the worker wrote to its own output so far.</summary>
    public string Output => _process.Output;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it.</summary>
    /// <param name="account">Connection string of the storage account.</param>
    /// <param name="settings">Further configuration, <c>key=value</c>.</param>
    public static async Task<IsolatedHost> StartAsync(string account, params string[] settings)
    {
        var stream = new WorkerStream();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // gRPC without TLS is HTTP/2 from the first byte.
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = o.MaxSendMessageSize = null);
        builder.Services.AddSingleton(stream);
        var rpc = builder.Build();
        rpc.MapGrpcService<WorkerStream>();
        await rpc.StartAsync(Cancel);
        var address = rpc.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        var host = new IsolatedHost(rpc, WorkerProcess.Start(new Uri(address), account, settings), stream);
        try
        {
            await host.ShakeHandsAsync();
            return host;
        }
        catch (Exception e)
        {
            var output = host._process.Output;
            await host.DisposeAsync();
            throw new InvalidOperationException($"The worker did not start: {e.Message}\n{output}", e);
        }
    }

    public Task<FunctionOutcome> DropAsync(string function, string container, string blob)
    {
        var reference = new JsonObject { ["Connection"] = (string?)Find(function).Trigger["connection"], ["ContainerName"] = container, ["BlobName"] = blob };
        var data = new ModelBindingData
        {
            Version = "1.0", Source = "AzureStorageBlobs", ContentType = "application/json", Content = ByteString.CopyFromUtf8(reference.ToJsonString()),
        };
        return InvokeAsync(function, new TypedData { ModelBindingData = data });
    }

    // The host writes whatever is no text of its own as JSON.
    public Task<FunctionOutcome> DeliverAsync(string function, string message, IReadOnlyDictionary<string, string>? properties = null, int deliveryCount = 1)
    {
        var metadata = new Dictionary<string, string> { ["DeliveryCount"] = JsonSerializer.Serialize(deliveryCount) };
        if (properties is not null)
            metadata["ApplicationProperties"] = JsonSerializer.Serialize(properties);
        return InvokeAsync(function, new TypedData { String = message }, metadata);
    }

    public Task<FunctionOutcome> TickAsync(string function) =>
        InvokeAsync(function, new TypedData { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" });

    /// <summary>Calls a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="id">The invocation's id.</param>
    /// <param name="input">The value of its trigger.</param>
    /// <param name="metadata">What the host tells beside it, as JSON.</param>
    public async Task<FunctionOutcome> InvokeAsync(WorkerFunction function, string id, TypedData input, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var request = new InvocationRequest { InvocationId = id, FunctionId = function.Metadata.FunctionId, TraceContext = new RpcTraceContext() };
        request.InputData.Add(new ParameterBinding { Name = (string)function.Trigger["name"]!, Data = input });
        foreach (var (name, json) in metadata ?? new Dictionary<string, string>())
            request.TriggerMetadata[name] = new TypedData { Json = json };
        var answer = (await AskAsync(new StreamingMessage { InvocationRequest = request })).InvocationResponse;
        return answer.Result.Status == StatusResult.Types.Status.Success ? FunctionOutcome.Success : new FunctionOutcome(Message(answer.Result.Exception.Message));
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _stream.TellAsync(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });
        await _process.DisposeAsync();
        await _rpc.DisposeAsync();
    }

    private async Task ShakeHandsAsync()
    {
        await Task.WhenAny(_stream.Started, _process.Exited).WaitAsync(Patience, Cancel);
        if (!_stream.Started.IsCompleted)
            throw new InvalidOperationException("It ended before it had connected.");
        var init = new WorkerInitRequest { HostVersion = "4.1037.0", FunctionAppDirectory = WorkerProcess.Folder, WorkerDirectory = WorkerProcess.Folder };
        init.Capabilities["HandlesInvocationCancelMessage"] = bool.TrueString;
        var initialized = (await AskAsync(new StreamingMessage { WorkerInitRequest = init })).WorkerInitResponse;
        Capabilities = initialized.Capabilities.ToDictionary();
        var told = await AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = WorkerProcess.Folder } });
        Succeeded(told.FunctionMetadataResponse.Result);
        Functions = [.. told.FunctionMetadataResponse.FunctionMetadataResults.Select(m => new WorkerFunction(m))];
        foreach (var function in Functions)
        {
            var load = new FunctionLoadRequest { FunctionId = function.Metadata.FunctionId, Metadata = function.Metadata };
            Succeeded((await AskAsync(new StreamingMessage { FunctionLoadRequest = load })).FunctionLoadResponse.Result);
        }

        Http = new HttpClient(new WorkerHttp(this, new Uri(Capabilities["HttpUri"]))) { BaseAddress = new Uri("http://functions.test") };
    }

    private Task<FunctionOutcome> InvokeAsync(string function, TypedData input, IReadOnlyDictionary<string, string>? metadata = null) =>
        InvokeAsync(Find(function), Guid.NewGuid().ToString(), input, metadata);

    private WorkerFunction Find(string function) => Functions.Single(f => f.Name == function);

    private async Task<StreamingMessage> AskAsync(StreamingMessage message) => await _stream.AskAsync(message, Cancel).WaitAsync(Patience, Cancel);

    private static void Succeeded(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException(result.Exception?.Message ?? result.Result);
    }

    // The worker sends the whole exception as text: its type, its message, and from the next line on what led to it.
    private static string Message(string exception)
    {
        var line = exception.Split('\n')[0].TrimEnd();
        var type = line.IndexOf("Exception: ", StringComparison.Ordinal);
        return type < 0 ? line : line[(type + "Exception: ".Length)..];
    }
}
