using Azure.Storage.Blobs;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>Tests of the functions app on an account of their own.</summary>
public abstract class FunctionsOnStorageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    /// <summary>Where the app keeps models, if <see cref="StartAsync"/> says so; deleted at the end.</summary>
    protected string CacheFolder { get; } = Directory.CreateTempSubdirectory("serving-").FullName;

    /// <summary>The account's connection string.</summary>
    protected string Account { get; private set; } = null!;

    /// <summary>The account, with the pipeline's containers.</summary>
    protected BlobServiceClient Storage { get; private set; } = null!;

    /// <summary>The app.</summary>
    private protected RunningFunctions App { get; set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Another account, without any container.</summary>
    protected string NewAccount() => azurite.NewAccount();

    public async ValueTask InitializeAsync()
    {
        Account = azurite.NewAccount();
        Storage = await AzuriteFixture.PrepareAsync(Account);
        await FillAsync();
        App = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
            await App.DisposeAsync();
        Directory.Delete(CacheFolder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What is in the account before the app starts. Default: nothing.</summary>
    protected virtual Task FillAsync() => Task.CompletedTask;

    /// <summary>Starts the app. Default: it looks for a new version at each request.</summary>
    private protected virtual Task<RunningFunctions> StartAsync() =>
        RunningFunctions.StartAsync(Account, null, $"Pipeline:Serving:CacheFolder={CacheFolder}", "Pipeline:Serving:CheckInterval=00:00:00");
}
