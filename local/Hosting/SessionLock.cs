namespace Pipeline.Local.Hosting;

/// <summary>One pipeline per state folder. The operating system lets go of the lock when its process ends, however it ends.</summary>
internal sealed class SessionLock : IDisposable
{
    private readonly FileStream _file;

    private SessionLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="LocalException">Another pipeline runs on it.</exception>
    public static SessionLock Take(StateFolder state) =>
        TryOpen(state) is { } file
            ? new SessionLock(file)
            : throw new LocalException(
                $"A local pipeline runs already on {state.Root}.",
                "Use that one, stop it with Ctrl-C, or start another on a folder and port of its own: --data DIR --port N.");

    /// <summary>True while a pipeline runs on the folder.</summary>
    public static bool IsHeld(StateFolder state)
    {
        using var file = TryOpen(state);
        return file is null;
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(StateFolder state)
    {
        try
        {
            return new FileStream(Path.Combine(state.Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
