using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Files;

namespace Pipeline.UnitTests.Serving;

public sealed class ModelPreloadTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("preload-").FullName;
    private readonly FakeModelSource _source = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_named_comes_first_then_what_served_here_last()
    {
        foreach (var (model, version) in (IEnumerable<(string, string)>)[("spam", "s1"), ("news", "n1"), ("named", "x1"), ("other", "o1")])
            _source.Publish(model, version);
        Keep("spam", bytes: 10, age: TimeSpan.FromHours(2));
        Keep("news", bytes: 10, age: TimeSpan.FromHours(1));

        await StartAsync(new ServingOptions { Preload = "named, gone" });

        Assert.Equal(["x1", "n1", "s1"], _source.Loads);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_waits_until_it_is_asked_for()
    {
        _source.Publish("spam", "s1");
        _source.Publish("news", "n1");
        Keep("spam", bytes: 600, age: TimeSpan.FromHours(2));
        Keep("news", bytes: 600, age: TimeSpan.FromHours(1));

        await StartAsync(new ServingOptions { MaxModelBytes = 1_000 });

        Assert.Equal(["n1"], _source.Loads);
    }

    [Fact]
    public async Task One_that_cannot_be_loaded_does_not_keep_the_others_from_it()
    {
        _source.Publish("spam", "s1");
        _source.Publish("news", "n1");
        _source.Broken["s1"] = true;

        await StartAsync(new ServingOptions { Preload = "spam,news" });

        Assert.Contains("n1", _source.Loads);
    }

    [Fact]
    public async Task Where_it_is_off_nothing_is_loaded()
    {
        _source.Publish("spam", "s1");
        Keep("spam", bytes: 10, age: TimeSpan.Zero);

        await StartAsync(new ServingOptions { LoadAtStart = false, Preload = "spam" });

        Assert.Empty(_source.Loads);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // As ModelCacheFolder leaves it.
    private void Keep(string model, int bytes, TimeSpan age)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{model}.{new string('0', 32)}")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), new byte[bytes]);
        File.WriteAllBytes(folder + ".use", []);
        File.SetLastWriteTimeUtc(folder + ".use", (_time.GetUtcNow() - age).UtcDateTime);
    }

    private async Task StartAsync(ServingOptions limits)
    {
        limits.CacheFolder = _root;
        var options = Options.Create(limits);
        await using var cache = new ModelCache(_source, options, new RecordingLoadFailures(), _time, NullLogger<ModelCache>.Instance);
        var store = new ModelStore(new BlobServiceClient(new Uri("http://127.0.0.1:1/none")));
        var folder = new ModelCacheFolder(store, options, _time, NullLogger<ModelCacheFolder>.Instance);
        using var preload = new ModelPreload(cache, folder, options, NullLogger<ModelPreload>.Instance);
        await preload.StartAsync(Cancel);
        await preload.ExecuteTask!;
    }
}
