using Microsoft.Extensions.Options;

namespace Pipeline.Functions.Serving;

/// <summary>This process's folder for model files. It goes when the process ends; what a killed process left is removed by the next one.</summary>
internal sealed class ModelCacheFolder : IDisposable
{
    private const string LockName = ".lock";

    private readonly ILogger<ModelCacheFolder> _logger;
    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Makes the folder.</summary>
    public ModelCacheFolder(IOptions<ServingOptions> options, ILogger<ModelCacheFolder> logger)
    {
        _logger = logger;
        var root = Directory.CreateDirectory(options.Value.CacheFolder).FullName;
        RemoveAbandoned(root);
        _folder = Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString("N"))).FullName;
        _lock = Lock(_folder);
    }

    /// <summary>A path for a version that is not there yet.</summary>
    public string NewFolder() => Path.Combine(_folder, Guid.NewGuid().ToString("N"));

    /// <summary>Deletes a folder if it is there. A failure is logged: nothing depends on it.</summary>
    public void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "Cannot delete {Folder}", folder);
        }
    }

    /// <summary>Deletes the whole folder.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        Delete(_folder);
    }

    // A folder whose lock can be had belongs to no living process.
    private void RemoveAbandoned(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            try
            {
                Lock(folder).Dispose();
            }
            catch (IOException)
            {
                continue;
            }

            Delete(folder);
        }
    }

    private static FileStream Lock(string folder) =>
        new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
