using Azure.Storage.Blobs;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;
using Pipeline.Local;
using Pipeline.Tests.Containers;

namespace Pipeline.EndToEndTests;

/// <summary>Azurite, RabbitMQ and the functions app in containers on a network of their own, and trainers on demand.</summary>
public sealed class PipelineStack : IAsyncLifetime
{
    private const int FunctionsPort = 8080;
    private const string Queue = "/queues/training-requests";

    private readonly List<TrainerContainer> _trainers = [];
    private INetwork? _network;
    private AzuriteContainer? _azurite;
    private RabbitMqContainer? _rabbit;
    private IContainer? _functions;
    private int _account;
    private PipelineLog? _log;
    private IMessageQueue? _uploads;

    /// <summary>The trainers started so far.</summary>
    internal IReadOnlyList<TrainerContainer> Trainers => _trainers;

    internal BlobServiceClient Storage { get; private set; } = null!;

    internal FunctionsClient Functions { get; private set; } = null!;

    /// <summary>The queue as a client on this machine sees it.</summary>
    internal ITrainingQueue OpenQueue() => TrainingQueueFactory.Create(
        new QueueOptions { Address = _rabbit!.Address, EntityPath = Queue }, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Skips the calling test where containers are left out.</summary>
    internal static void Require() => DockerEngine.Require();

    /// <summary>Starts a trainer as a Container Apps job does: for one message.</summary>
    internal async Task<TrainerContainer> StartTrainerAsync()
    {
        IContainer container = TestImages.Start(TestImages.Trainer)
            .WithNetwork(_network!)
            .WithEnvironment(Settings())
            .WithCommand("--once")
            .Build();
        await container.StartAsync();
        var trainer = new TrainerContainer(container);
        _trainers.Add(trainer);
        return trainer;
    }

    public async ValueTask InitializeAsync()
    {
        if (DockerEngine.IsSkipped)
            return;
        DockerEngine.Require(TestImages.Azurite, TestImages.RabbitMq, TestImages.Functions, TestImages.Trainer);
        _network = TestImages.NewNetwork();
        await _network.CreateAsync();
        Task<AzuriteContainer> azurite = AzuriteContainer.StartAsync(_network);
        Task<RabbitMqContainer> rabbit = RabbitMqContainer.StartAsync(_network);
        _azurite = await azurite;
        _rabbit = await rabbit;
        _account = _azurite.TakeAccount();

        Storage = new BlobServiceClient(_azurite.ConnectionString(_account));
        foreach (string container in BlobLayout.Containers)
            await Storage.CreateBlobContainerAsync(container);

        _functions = TestImages.Start(TestImages.Functions)
            .WithNetwork(_network)
            .WithEnvironment(Settings())
            .WithPortBinding(FunctionsPort, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(
                request => request.ForPort(FunctionsPort).ForPath("/api/health"), wait => wait.WithTimeout(TimeSpan.FromMinutes(2))))
            .Build();
        await _functions.StartAsync();

        _log = new PipelineLog(LogPath("functions-host.log"), TimeProvider.System);
        var inside = new BlobServiceClient(AzuriteContainer.ConnectionStringInside(_account));
        _uploads = TrainingQueueFactory.CreateFor("/queues/dataset-uploads", new QueueOptions { Address = _rabbit.Address }, TimeProvider.System, NullLoggerFactory.Instance);
        Functions = new FunctionsClient(
            new Uri($"http://{_functions.Hostname}:{_functions.GetMappedPublicPort(FunctionsPort)}"), Storage, inside.Uri, _uploads, _log);
    }

    public async ValueTask DisposeAsync()
    {
        Functions?.Dispose();
        if (_uploads is not null)
            await _uploads.DisposeAsync();
        foreach ((TrainerContainer trainer, int number) in _trainers.Select((trainer, number) => (trainer, number)))
        {
            await File.WriteAllTextAsync(LogPath($"trainer-{number}.log"), await trainer.LogsAsync());
            await trainer.DisposeAsync();
        }

        if (_functions is not null)
        {
            (string output, string errors) = await _functions.GetLogsAsync();
            await File.WriteAllTextAsync(LogPath("functions.log"), output + errors);
            await _functions.DisposeAsync();
        }

        _log?.Dispose();
        if (_rabbit is not null)
            await _rabbit.DisposeAsync();
        if (_azurite is not null)
            await _azurite.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    // What infra sets in Azure, with a connection string and a password in place of identities.
    private Dictionary<string, string> Settings() => new()
    {
        ["Pipeline__Storage__ConnectionString"] = AzuriteContainer.ConnectionStringInside(_account),
        ["Pipeline__Queue__Address"] = RabbitMqContainer.AddressInside().ToString(),
        ["Pipeline__Queue__EntityPath"] = Queue,
    };

    // Beside the test results, which CI keeps.
    private static string LogPath(string name) =>
        Path.Combine(Directory.CreateDirectory(Repository.PathOf("TestResults")).FullName, $"end-to-end-{name}");
}
