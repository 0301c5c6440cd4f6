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
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync());
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
        var publisher = new ModelPublisher(storage);
        Put("config.json", "{}");

        await Assert.ThrowsAsync<TimeoutException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), _ => throw new TimeoutException(), Cancel));

        Assert.Null(await new ModelStore(storage).FindManifestAsync("mail", "v1", Cancel));
    }

    [Fact]
    public async Task A_version_of_another_run_is_a_conflict()
    {
        var publisher = new ModelPublisher(await azurite.NewPipelineAccountAsync());
        Put("config.json", "{}");
        await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);

        await Assert.ThrowsAsync<ModelVersionConflictException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-b"), Go, Cancel));
    }

    [Fact]
    public async Task Files_that_are_not_those_of_the_manifest_are_a_conflict()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var publisher = new ModelPublisher(storage);
        Put("config.json", "{}");
        await publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel);
        await storage.GetBlobContainerClient(BlobLayout.Models).GetBlobClient("mail/v1/config.json")
            .UploadAsync(BinaryData.FromString("[]"), overwrite: true, Cancel);

        await Assert.ThrowsAsync<ModelVersionConflictException>(() =>
            publisher.PublishAsync(_folder.FullName, Manifest("v1", "run-a"), Go, Cancel));
    }

    [Fact]
    public async Task Of_moves_at_the_same_time_one_is_made_and_the_others_are_told()
    {
        var storage = await azurite.NewPipelineAccountAsync();
        var production = new ProductionSwitch(storage, TimeProvider.System);
        await production.TryMoveAsync("mail", "v0", from: null, choice: null, Cancel);
        var from = await new ModelStore(storage).FindProductionAsync("mail", Cancel);

        var moves = await Task.WhenAll(Enumerable.Range(1, 8).Select(v => production.TryMoveAsync("mail", $"v{v}", from, choice: null, Cancel)));

        var made = Assert.Single(moves, m => m is not null);
        Assert.Equal((made!.Version, "v0"), ((await new ModelStore(storage).FindProductionAsync("mail", Cancel))!.Pointer.Version, made.Previous));
        Assert.Null(await production.TryMoveAsync("mail", "v9", from: null, choice: null, Cancel));
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
