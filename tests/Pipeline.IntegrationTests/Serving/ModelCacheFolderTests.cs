using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Core.Models;
using Pipeline.Core.Storage;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Files;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>What lies on a machine's disk of the versions that serve there, between loads, starts and processes.</summary>
public sealed class ModelCacheFolderTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset Day1 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("model-cache-").FullName;
    private BlobServiceClient _storage = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = new BlobServiceClient(azurite.NewAccount());
        await _storage.CreateBlobContainerAsync(BlobLayout.Models, cancellationToken: Cancel);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Files_are_downloaded_once_and_serve_the_next_start()
    {
        var version = await VersionAsync("v1");
        using (var first = await HoldAsync(Open(), version))
            Assert.False(first.WereThere);
        await DeleteBlobsAsync();

        using var second = await HoldAsync(Open(), version);

        Assert.True(second.WereThere);
        Assert.Equal(version.Files.Sum(f => f.SizeBytes), Directory.EnumerateFiles(second.Path, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length));
    }

    [Fact]
    public async Task Files_whose_note_is_gone_are_read_again_and_serve_if_they_are_whole()
    {
        var version = await VersionAsync("v1");
        using (var first = await HoldAsync(Open(), version))
            File.Delete(first.Path + ".verified");
        await DeleteBlobsAsync();

        using (var second = await HoldAsync(Open(), version))
            Assert.True(second.WereThere);

        Assert.Single(Directory.EnumerateFiles(_root, "*.verified"));
    }

    [Fact]
    public async Task The_folder_tells_which_models_it_keeps_and_how_large_they_are()
    {
        using (await HoldAsync(Open(), await VersionAsync("v1")))
        using (await HoldAsync(Open(), await VersionAsync("v1", model: "mail-2")))
            Directory.CreateDirectory(Path.Combine(_root, "mail-3.partial-0123456789abcdef"));

        var size = (await VersionAsync("v1")).Files.Sum(f => f.SizeBytes);
        Assert.Equal([("mail", size), ("mail-2", size)], Open().Kept().OrderBy(k => k.Model));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Files_that_are_not_those_of_the_manifest_are_downloaded_again(bool sameLength)
    {
        var version = await VersionAsync("v1");
        string path;
        using (var first = await HoldAsync(Open(), version))
            path = Path.Combine(first.Path, "onnx/model.onnx");
        var content = await File.ReadAllBytesAsync(path, Cancel);
        await File.WriteAllBytesAsync(path, sameLength ? [.. content[..^1], (byte)(content[^1] + 1)] : content[..^1], Cancel);

        using var second = await HoldAsync(Open(), version);

        Assert.False(second.WereThere);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, Cancel));
    }

    [Fact]
    public async Task Loads_of_one_version_at_the_same_moment_share_the_files()
    {
        var version = await VersionAsync("v1");

        var held = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => HoldAsync(Open(), version)));

        Assert.Single(held, h => !h.WereThere);
        Assert.Single(held.Select(h => h.Path).Distinct());
        Array.ForEach(held, h => h.Dispose());
    }

    [Fact]
    public async Task An_older_version_goes_when_the_last_who_uses_it_lets_go()
    {
        var (one, other) = (Open(), Open());
        var old = await VersionAsync("v1");
        var (used, alsoUsed) = (await HoldAsync(one, old), await HoldAsync(other, old));

        using var newer = await HoldAsync(one, await VersionAsync("v2"));
        one.DeleteOthers("mail");
        used.Dispose();
        Assert.True(Directory.Exists(used.Path));

        using var alsoNewer = await HoldAsync(other, await VersionAsync("v2"));
        alsoUsed.Dispose();
        Assert.False(Directory.Exists(used.Path));
        Assert.True(Directory.Exists(newer.Path));
    }

    [Fact]
    public async Task An_older_version_that_nobody_uses_goes_when_a_newer_one_is_loaded_and_other_models_stay()
    {
        string old, stays;
        using (var v1 = await HoldAsync(Open(), await VersionAsync("v1")))
            old = v1.Path;
        using (var other = await HoldAsync(Open(), await VersionAsync("v1", model: "mail-2")))
            stays = other.Path;
        // A download of another process.
        var underWay = Directory.CreateDirectory(old + ".partial-0123456789abcdef").FullName;

        var folder = Open();
        using var newer = await HoldAsync(folder, await VersionAsync("v2"));
        folder.DeleteOthers("mail");

        Assert.Equal((false, true, true), (Directory.Exists(old), Directory.Exists(stays), Directory.Exists(underWay)));
    }

    [Fact]
    public async Task What_was_not_loaded_for_a_week_goes_at_the_next_start_unless_it_is_in_use()
    {
        var (unused, used) = (await HoldAsync(Open(), await VersionAsync("v1")), await HoldAsync(Open(), await VersionAsync("v1", model: "letter")));
        unused.Dispose();

        Open(new InDays(8));
        Assert.Equal((false, true), (Directory.Exists(unused.Path), Directory.Exists(used.Path)));
        used.Dispose();
        Open(new InDays(8));
        Assert.Empty(Directory.EnumerateDirectories(_root));
        Open(new InDays(8));
        Assert.Empty(Directory.EnumerateFiles(_root));
    }

    private ModelCacheFolder Open(TimeProvider? time = null) => new(
        new ModelStore(_storage), Options.Create(new ServingOptions { CacheFolder = _root }), time ?? TimeProvider.System, NullLogger<ModelCacheFolder>.Instance);

    private static Task<HeldFiles> HoldAsync(ModelCacheFolder folder, ModelManifest version) => folder.HoldAsync(version, version.Files, Cancel);

    private async Task<ModelManifest> VersionAsync(string version, string model = "mail") =>
        await new ModelStore(_storage).FindManifestAsync(model, version, Cancel)
        ?? await PublishedVersion.WriteAsync(_storage, model, version, "spam", Day1, Cancel);

    private async Task DeleteBlobsAsync()
    {
        var models = _storage.GetBlobContainerClient(BlobLayout.Models);
        await foreach (var blob in models.GetBlobsAsync(cancellationToken: Cancel))
            await models.DeleteBlobAsync(blob.Name, cancellationToken: Cancel);
    }

    private sealed class InDays(int days) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(days);
    }
}
