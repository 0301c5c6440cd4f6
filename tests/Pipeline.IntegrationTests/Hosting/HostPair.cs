using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.IntegrationTests.Serving;
using Pipeline.Local.Broker;
using Pipeline.Tests.Containers;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>
/// The app behind both hosts, behind the custom handler once more as native code, each with an account and a broker of its own that hold the same. One for
/// all classes of the collection.
/// </summary>
[CollectionDefinition(nameof(HostPair))]
public sealed class HostPair : IAsyncLifetime, ICollectionFixture<HostPair>
{
    /// <summary>The run that is there from the beginning.</summary>
    public const string Run = "mail-0123456789ab";

    /// <summary>The versions of the model mail.</summary>
    public const string Old = "20260101T000000Z-aaaaaa", New = "20260102T000000Z-bbbbbb";

    private readonly AzuriteFixture _azurite = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("both-hosts-").FullName;
    private Side? _custom, _native, _isolated;

    private Side Custom => Of(_custom);

    private Side Native => Of(_native);

    private Side Isolated => Of(_isolated);

    /// <summary>Does the same behind both hosts, and requires that the native custom handler does what the other one does.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="isSame">Whether two outcomes are the same; null: they are equal.</param>
    /// <returns>What came of it behind the custom handler, and behind the isolated worker.</returns>
    internal async Task<(T Custom, T Isolated)> BothAsync<T>(Func<Side, Task<T>> work, Action<T, T>? isSame = null)
    {
        var custom = await work(Custom);
        (isSame ?? Assert.Equal)(custom, await work(Native));
        return (custom, await work(Isolated));
    }

    public async ValueTask InitializeAsync()
    {
        if (DockerEngine.IsSkipped)
            return;
        await _azurite.InitializeAsync();
        _custom = await StartAsync("custom", async (account, settings) => await CustomHandlerHost.StartAsync(account, settings));
        _native = await StartAsync("native", async (account, settings) => await CustomHandlerHost.StartNativeAsync(account, settings));
        _isolated = await StartAsync("isolated", async (account, settings) => await IsolatedHost.StartAsync(account, settings));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var side in new[] { _custom, _native, _isolated })
        {
            if (side is null)
                continue;
            await side.Functions.DisposeAsync();
            await side.Broker.DisposeAsync();
        }

        Directory.Delete(_cache, recursive: true);
    }

    // Reading it skips the test where containers are left out.
    private static Side Of(Side? side)
    {
        DockerEngine.Require();
        return side!;
    }

    private async Task<Side> StartAsync(string name, Func<string, string[], Task<IFunctionsHost>> start)
    {
        var cancel = TestContext.Current.CancellationToken;
        var account = _azurite.NewAccount();
        var storage = await AzuriteFixture.PrepareAsync(account);
        foreach (var version in new[] { Old, New })
            await PublishedVersion.WriteAsync(storage, "mail", version, "spam", DateTimeOffset.UnixEpoch, cancel);
        await PublishedVersion.SwitchAsync(storage, "mail", New, cancel);
        await new RunStore(storage).TryCreateAsync(RunFixtures.Run(Run, "mail", RunState.Succeeded), cancel);
        var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions(), TimeProvider.System);
        var host = await start(account,
        [
            $"Pipeline:Queue:Address={broker.Address}", $"Pipeline:Serving:CacheFolder={Path.Combine(_cache, name)}", "Pipeline:Serving:CheckInterval=00:00:00",
            "Pipeline:Serving:MaxBodyBytes=4096", "Pipeline:Serving:MaxTextCharacters=1000", "Pipeline:Validation:MaxConcurrent=1", "Pipeline:Feedback:Enabled=true",
        ]);
        return new Side(host, storage, broker);
    }
}

/// <summary>The app behind one host.</summary>
/// <param name="Functions">The host.</param>
/// <param name="Storage">The app's account.</param>
/// <param name="Broker">The app's broker.</param>
internal sealed record Side(IFunctionsHost Functions, BlobServiceClient Storage, EmbeddedBroker Broker);
