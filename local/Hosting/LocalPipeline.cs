using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Local.Azurite;
using Pipeline.Local.Broker;
using Pipeline.Local.Display;
using Pipeline.Local.FunctionsHost;
using Pipeline.Local.Processes;
using Pipeline.Local.Trainer;

namespace Pipeline.Local.Hosting;

/// <summary>All parts of the pipeline on this machine: storage, broker, functions app, trainer, and the part of the Functions host.</summary>
internal sealed class LocalPipeline : IAsyncDisposable
{
    // The functions that uploads start.
    private const string IngestDataset = "IngestDataset", ReceiveFile = "ReceiveFile";

    private static readonly string Queue = new QueueOptions().EntityPath;

    private readonly PipelineOptions _options;
    private readonly PipelineLog _log;
    private readonly TimeProvider _time;

    // Stopped in the reverse of the order in which they were started.
    private readonly Stack<IAsyncDisposable> _parts = new();

    private LocalPipeline(PipelineOptions options, PipelineLog log, TimeProvider time) => (_options, _log, _time) = (options, log, time);

    /// <summary>The address of the HTTP API.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>How to reach the storage emulator.</summary>
    public string StorageConnectionString { get; private set; } = null!;

    /// <summary>A client for the storage emulator.</summary>
    public BlobServiceClient Storage { get; private set; } = null!;

    /// <summary>Raised when the message about an upload could not be sent.</summary>
    public event Action<DroppedBlob, Exception>? Poisoned;

    /// <summary>Starts all parts and returns when they answer.</summary>
    /// <exception cref="LocalException">One of them does not start; what had been started is stopped again.</exception>
    public static async Task<LocalPipeline> StartAsync(
        PipelineOptions options, Screen screen, PipelineLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        // Known before anything is started, so that a mistake costs no time.
        LoopbackPort.Require(options.Port, "--port");
        var functions = ChildPrograms.Functions;
        var trainer = ChildPrograms.Trainer;
        var docker = new DockerEngine(log);
        if (options.Containers)
            await TrainerContainers.RequireAsync(docker, TrainerContainers.DefaultImage, cancellationToken);

        var pipeline = new LocalPipeline(options, log, time);
        try
        {
            await screen.StepAsync("storage emulator", () => pipeline.StartStorageAsync(docker, cancellationToken));
            var broker = await screen.StepAsync("message broker", pipeline.StartBrokerAsync);
            var environment = ChildEnvironment.For(pipeline.StorageConnectionString, broker.Address, Queue);
            pipeline.StartTrainers(trainer, environment, broker);
            var handler = await screen.StepAsync("functions app", () => pipeline.StartFunctionsAsync(functions, environment, cancellationToken));
            await screen.StepAsync("HTTP API", () => pipeline.StartApiAsync(handler, cancellationToken));
            pipeline.StartTriggers(functions, handler, broker);
            return pipeline;
        }
        catch
        {
            await pipeline.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
    }

    private async Task<(string Outcome, bool Value)> StartStorageAsync(DockerEngine docker, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.FreeOr(10000); // Azurite's own, which storage browsers look for
        var launcher = new AzuriteLauncher(docker, new AzuritePackage(CacheFolder.Default(), _log));
        var spec = await launcher.PrepareAsync(_options.Azurite, port, _options.State.Azurite, cancellationToken);
        _parts.Push(new SupervisedProcess(spec, _log, _time));
        await Readiness.HttpAsync(spec.Name, new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromMinutes(1), _log, _time, cancellationToken);

        StorageConnectionString = AzuriteAccount.ConnectionString(port);
        Storage = new BlobServiceClient(StorageConnectionString);
        foreach (var container in BlobLayout.Containers)
            await Storage.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return ($"Azurite {AzuritePackage.Version} ({(spec.FileName == "docker" ? "Docker" : "npm")}) on 127.0.0.1:{port}", true);
    }

    private async Task<(string Outcome, EmbeddedBroker Value)> StartBrokerAsync()
    {
        var broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions
            {
                DataDirectory = _options.State.Broker,
                MaxDeliveryCounts = new Dictionary<string, int> { [Queue] = DeliveryLimits.TrainingRequests },
            },
            _time);
        _parts.Push(broker);
        return ($"AMQP 1.0 on {broker.Address.Authority}", broker);
    }

    private void StartTrainers(string program, Dictionary<string, string> environment, EmbeddedBroker broker)
    {
        // Several share the cores, and would be in each other's way with a thread for each.
        if (_options.Trainers > 1)
            environment = new(environment) { ["Pipeline__Trainer__Threads"] = $"{Math.Max(1, Environment.ProcessorCount / _options.Trainers)}" };
        if (!_options.Containers)
        {
            foreach (var name in Enumerable.Range(1, _options.Trainers).Select(n => _options.Trainers == 1 ? "trainer" : $"trainer-{n}"))
            {
                _parts.Push(new SupervisedProcess(
                    new ProcessSpec { Name = name, FileName = ChildPrograms.DotNet(), Arguments = [program, "--watch"], Environment = environment },
                    _log, _time));
            }

            return;
        }

        var containers = new TrainerContainers(TrainerContainers.DefaultImage, environment, _options.Trainers, Unsettled, _log, _time);
        _parts.Push(new BackgroundLoop("trainer containers", containers.RunAsync, _log));

        int Unsettled()
        {
            var counts = broker.Counts(Queue);
            return counts.Active + counts.Locked;
        }
    }

    private async Task<(string Outcome, Uri Value)> StartFunctionsAsync(
        string program, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var handler = new Uri($"http://127.0.0.1:{port}");
        var folder = Path.GetDirectoryName(program)!;
        _parts.Push(new SupervisedProcess(
            new ProcessSpec
            {
                Name = "functions",
                FileName = ChildPrograms.DotNet(),
                Arguments = [program],
                WorkingDirectory = folder,
                Environment = new Dictionary<string, string>(environment)
                {
                    // What the Functions host sets for its custom handler.
                    ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}",
                    ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = Guid.NewGuid().ToString(),
                    ["FUNCTIONS_APP_ROOT_PATH"] = folder,
                },
            },
            _log, _time));
        await Readiness.HttpAsync("functions", handler, TimeSpan.FromSeconds(30), _log, _time, cancellationToken);
        return ($"custom handler on {handler.Authority}", handler);
    }

    private async Task<(string Outcome, bool Value)> StartApiAsync(Uri handler, CancellationToken cancellationToken)
    {
        var server = await ApiServer.StartAsync(_options.Port, handler, cancellationToken);
        _parts.Push(server);
        Api = server.Address;
        return ($"{Api}api", true);
    }

    private void StartTriggers(string functionsProgram, Uri handler, EmbeddedBroker broker)
    {
        var app = Path.GetDirectoryName(functionsProgram)!;
        // Ingest of a large file takes its time; the Functions host allows 30 minutes.
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = handler, Timeout = TimeSpan.FromMinutes(30) };
        var invoker = new FunctionInvoker(http, _log, _time);
        StartWatcher(BlobLayout.Datasets, Open(UploadsTo(IngestDataset, app), broker));
        StartWatcher(BlobLayout.Inbox, Open(UploadsTo(ReceiveFile, app), broker));
        StartTimers(app, invoker);
        var calls = HostFile.MaxConcurrentCalls(app);
        foreach (var function in FunctionDefinition.QueueTriggered(app))
        {
            var trigger = new QueueTrigger(function, Open(function.Queue!, broker), invoker, _log, _time);
            _parts.Push(new BackgroundLoop($"trigger of {function.Name}", stop => trigger.RunAsync(calls, stop), _log));
        }
    }

    private static string UploadsTo(string function, string app) => FunctionDefinition.QueueTriggered(app).Single(f => f.Name == function).Queue!;

    private IMessageQueue Open(string name, EmbeddedBroker broker)
    {
        var queue = TrainingQueueFactory.CreateFor(name, new QueueOptions { Address = broker.Address }, _time, NullLoggerFactory.Instance);
        _parts.Push(queue);
        return queue;
    }

    private void StartTimers(string app, FunctionInvoker invoker)
    {
        foreach (var function in FunctionDefinition.TimerTriggered(app))
            _parts.Push(new BackgroundLoop($"timer of {function.Name}", new TimerTrigger(function, invoker, _log, _time).RunAsync, _log));
    }

    // As on Azure each container has its own subscription, to the queue of the function that takes its events.
    private void StartWatcher(string containerName, IMessageQueue queue)
    {
        var container = Storage.GetBlobContainerClient(containerName);
        var watcher = new DatasetWatcher(
            cancellation => DatasetListing.ListAsync(container, cancellation), DeliverAsync, new DeliveryLedger(_options.State.Delivered(containerName)), _log, _time);
        watcher.Poisoned += (blob, error) => Poisoned?.Invoke(blob, error);
        _parts.Push(new BackgroundLoop($"watcher of {containerName}", watcher.RunAsync, _log));

        Task DeliverAsync(DroppedBlob blob, CancellationToken cancellationToken)
        {
            _log.Write("local", $"BlobCreated {blob.Container}/{blob.Name} ({blob.SizeBytes:N0} bytes, {blob.ETag})");
            var message = BlobCreatedEvent.For(blob, container.Uri);
            return queue.SendAsync((string)message["id"]!, message.ToJsonString(), cancellationToken);
        }
    }
}
