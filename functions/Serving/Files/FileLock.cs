namespace Pipeline.Functions.Serving.Files;

/// <summary>Locks between processes on one machine: the lock of a file, which goes with its process however that ends.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a lock that one can have.</summary>
    /// <param name="path">The file; it is made where it is not there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDisposable> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            await Task.Delay(Patience, cancellationToken);
        }
    }

    /// <summary>The same without waiting; null where another has it, or any number share it.</summary>
    public static IDisposable? TryTake(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>A lock that any number can have as long as nobody has it alone; null where somebody has.</summary>
    public static IDisposable? TryShare(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
