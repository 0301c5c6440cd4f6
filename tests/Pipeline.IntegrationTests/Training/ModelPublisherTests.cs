using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Training;

public sealed class ModelPublisherTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private static readonly Func<CancellationToken, Task> Go = _ => Task.CompletedTask;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publishing_twice_makes_one_version()
    {
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync(), TimeProvider.System);
        Put("config.json", "{}");
        Put("onnx/model.onnx", "graph");

        var first = await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);
        var second = await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);

        Assert.Equal(["config.json", "onnx/model.onnx"], first.Files.Select(f => f.Path));
        // SHA-256 of "{}".
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", first.Files[0].Sha256);
        Assert.Equivalent(first, second);
    }

    [Fact]
    public async Task A_publication_that_is_prevented_leaves_no_version()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var publisher = new ModelPublisher(storage, TimeProvider.System);
        Put("config.json", "{}");

        await Assert.ThrowsAsync<TimeoutException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), _ => throw new TimeoutException(), Cancel));

        Assert.Null(await new ModelStore(storage).FindManifestAsync("mail", "v1", Cancel));
    }

    [Fact]
    public async Task A_version_of_another_run_is_a_conflict()
    {
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync(), TimeProvider.System);
        Put("config.json", "{}");
        await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);

        await Assert.ThrowsAsync<ModelVersionConflictException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-b"), Go, Cancel));
    }

    [Fact]
    public async Task Files_that_are_not_those_of_the_manifest_are_a_conflict()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var publisher = new ModelPublisher(storage, TimeProvider.System);
        Put("config.json", "{}");
        await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);
        await storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient("mail/v1/config.json")
            .UploadAsync(BinaryData.FromString("[]"), overwrite: true, Cancel);

        await Assert.ThrowsAsync<ModelVersionConflictException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel));
    }

    [Fact]
    public async Task The_pointer_only_moves_forward()
    {
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync(), TimeProvider.System);

        Assert.True(await publisher.PromoteAsync("mail", "20261101T120000Z-aaaaaa", Cancel));
        Assert.True(await publisher.PromoteAsync("mail", "20261102T120000Z-bbbbbb", Cancel));
        Assert.True(await publisher.PromoteAsync("mail", "20261102T120000Z-bbbbbb", Cancel));
        Assert.False(await publisher.PromoteAsync("mail", "20261101T120000Z-aaaaaa", Cancel));
    }

    [Fact]
    public async Task Of_versions_promoted_at_the_same_time_the_newest_stays()
    {
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync(), TimeProvider.System);
        string[] versions = [.. Enumerable.Range(10, 8).Select(day => $"202611{day}T120000Z-aaaaaa")];

        await Task.WhenAll(versions.Reverse().Select(v => publisher.PromoteAsync("mail", v, Cancel)));

        Assert.True(await publisher.PromoteAsync("mail", versions[^1], Cancel));
        Assert.False(await publisher.PromoteAsync("mail", versions[^2], Cancel));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Put(string path, string content)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private static ModelManifest Manifest(string version, string runId) =>
        new("mail", version, runId, DateTimeOffset.UnixEpoch, ["ham", "spam"], 128, new HeadlineMetrics(1, 1), []);
}
