namespace Pipeline.Core;

/// <summary>Files without a name: they go with the process that holds them, also when it is killed.</summary>
public static class ScratchFile
{
    /// <summary>An empty file in the system's temporary folder, for reading and writing.</summary>
    public static FileStream Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"pipeline-{Guid.NewGuid():N}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);
        File.Delete(path);
        return file;
    }
}
