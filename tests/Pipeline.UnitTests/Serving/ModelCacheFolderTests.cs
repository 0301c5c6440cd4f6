using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

public sealed class ModelCacheFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("model-cache-").FullName;

    [Fact]
    public void A_folder_goes_with_its_process()
    {
        Open().Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_by_the_next()
    {
        var left = Directory.CreateDirectory(Path.Combine(_root, "left")).FullName;
        File.WriteAllText(Path.Combine(left, "model.onnx"), "");

        using var folder = Open();

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void The_folder_of_a_living_process_is_left_alone()
    {
        using var first = Open();
        var file = Directory.CreateDirectory(first.NewFolder()).FullName;

        using var second = Open();

        Assert.True(Directory.Exists(file));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ModelCacheFolder Open() =>
        new(Options.Create(new ServingOptions { CacheFolder = _root }), NullLogger<ModelCacheFolder>.Instance);
}
