using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Local;
using Pipeline.Local.Azurite;
using Pipeline.Local.Broker;
using Pipeline.Local.FunctionsHost;
using Pipeline.Local.Hosting;
using Pipeline.Local.Processes;

namespace Pipeline.Benchmarks.Stack;

/// <summary>Azurite, the embedded broker and the functions program, as <c>local</c> starts them.</summary>
internal sealed class PipelineStack : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly PipelineLog _log;
    private EmbeddedBroker _broker = null!;

    private PipelineStack(string folder) => _log = new PipelineLog(Path.Combine(folder, "log"), TimeProvider.System);

    /// <summary>The storage.</summary>
    public BlobServiceClient Storage { get; private set; } = null!;

    private string ConnectionString { get; set; } = "";

    public static async Task<PipelineStack> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var stack = new PipelineStack(folder);
        var port = LoopbackPort.Free();
        var launcher = new AzuriteLauncher(new DockerEngine(stack._log), new AzuritePackage(CacheFolder.Default(), stack._log));
        var spec = await launcher.PrepareAsync(AzuriteSource.Npm, port, Path.Combine(folder, "azurite"), cancellationToken);
        stack._parts.Push(new SupervisedProcess(spec, stack._log, TimeProvider.System));
        await Readiness.HttpAsync("azurite", new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromMinutes(2), stack._log, TimeProvider.System, cancellationToken);
        stack.ConnectionString = AzuriteAccount.ConnectionString(port);
        stack.Storage = new BlobServiceClient(stack.ConnectionString);
        foreach (var container in BlobLayout.Containers)
            await stack.Storage.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        stack._broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions(), TimeProvider.System);
        stack._parts.Push(stack._broker);
        return stack;
    }

    /// <summary>Starts an instance of the functions program.</summary>
    /// <param name="settings">Further environment variables.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="program">A published program; null: the one that was built.</param>
    public async Task<FunctionsInstance> StartFunctionsAsync(Dictionary<string, string> settings, CancellationToken cancellationToken, string? program = null)
    {
        var instance = StartFunctions(settings, program);
        _parts.Push(instance);
        await Readiness.HttpAsync("functions", instance.Address, TimeSpan.FromMinutes(1), _log, TimeProvider.System, cancellationToken);
        return instance;
    }

    /// <summary>The same without waiting until it answers; the caller ends it.</summary>
    /// <param name="settings">Further environment variables.</param>
    /// <param name="program">A published program; null: the one that was built.</param>
    public FunctionsInstance StartFunctions(Dictionary<string, string> settings, string? program = null)
    {
        var port = LoopbackPort.Free();
        var info = program is null ? new ProcessStartInfo(ChildPrograms.DotNet(), [ChildPrograms.Functions]) : new ProcessStartInfo(Path.GetFullPath(program));
        info.RedirectStandardOutput = true;
        foreach (var (name, value) in ChildEnvironment.For(ConnectionString, _broker.Address, new QueueOptions().EntityPath).Concat(settings))
            info.Environment[name] = value;
        info.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => _log.Write("functions", line.Data ?? "");
        process.BeginOutputReadLine();
        return new FunctionsInstance(process, new Uri($"http://127.0.0.1:{port}"), _log);
    }

    /// <summary>What the functions programs have said that contains a text.</summary>
    public IReadOnlyList<string> Said(string text) => [.. _log.Tail("functions", 1_000).Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];

    /// <summary>Sends the event of a dropped dataset, and has an instance work on it.</summary>
    public async Task IngestAsync(FunctionsInstance instance, DroppedBlob dataset, Uri container, CancellationToken cancellationToken)
    {
        var (trigger, queue) = TriggerOf("IngestDataset", instance);
        var message = BlobCreatedEvent.For(dataset, container);
        await queue.SendAsync((string)message["id"]!, message.ToJsonString(), cancellationToken);
        await trigger.ReceiveAsync(TimeSpan.FromSeconds(30), cancellationToken);
    }

    /// <summary>Hands messages of the parts to an instance, one at a time, until stopped.</summary>
    public IAsyncDisposable Trigger(FunctionsInstance instance)
    {
        var (trigger, _) = TriggerOf("IngestPart", instance);
        return new BackgroundLoop("parts", stop => trigger.RunAsync(maxConcurrentCalls: 1, stop), _log);
    }

    private (QueueTrigger Trigger, IMessageQueue Queue) TriggerOf(string name, FunctionsInstance instance)
    {
        var function = FunctionDefinition.QueueTriggered(Path.GetDirectoryName(ChildPrograms.Functions)!).Single(f => f.Name == name);
        var queue = TrainingQueueFactory.CreateFor(function.Queue!, new QueueOptions { Address = _broker.Address }, TimeProvider.System, NullLoggerFactory.Instance);
        _parts.Push(queue);
        return (new QueueTrigger(function, queue, instance.Invoker, _log, TimeProvider.System), queue);
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _log.Dispose();
    }
}
