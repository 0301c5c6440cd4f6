using Azure.Storage.Blobs;
using Pipeline.Core.Storage;
using Pipeline.Tests.Containers;

namespace Pipeline.IntegrationTests.Fixtures;

/// <summary>Blob storage for one test class: an empty account of its own in an Azurite that all classes share.</summary>
/// <remarks>Use it as <c>public sealed class MyTests(AzuriteFixture azurite) : IClassFixture&lt;AzuriteFixture&gt;</c>.</remarks>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteContainer? _azurite;
    private string? _connectionString;

    /// <summary>The class's account. Reading it skips the test where containers are left out.</summary>
    public string ConnectionString
    {
        get
        {
            DockerEngine.Require();
            return _connectionString!;
        }
    }

    /// <summary>A client of the class's account.</summary>
    public BlobServiceClient CreateClient() => new(ConnectionString);

    /// <summary>The connection string of an empty account for a single test.</summary>
    public string NewAccount()
    {
        DockerEngine.Require();
        return _azurite!.ConnectionString(_azurite.TakeAccount());
    }

    /// <summary>A client of an empty account for a single test, with the pipeline's containers made.</summary>
    public Task<BlobServiceClient> NewPipelineAccountAsync() => PrepareAsync(NewAccount());

    /// <summary>A client of an empty account, with the pipeline's containers made.</summary>
    public static async Task<BlobServiceClient> PrepareAsync(string connectionString)
    {
        var client = new BlobServiceClient(connectionString);
        foreach (string container in BlobLayout.Containers)
            await client.CreateBlobContainerAsync(container, cancellationToken: TestContext.Current.CancellationToken);
        return client;
    }

    public async ValueTask InitializeAsync()
    {
        if (DockerEngine.IsSkipped)
            return;
        _azurite = await StartedContainers.Azurite;
        _connectionString = NewAccount();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
