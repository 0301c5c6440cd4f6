namespace Pipeline.Trainer.Data;

/// <summary>A file name in the system's temporary folder; the file is deleted with it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"pipeline-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(Path);
}
