namespace Pipeline.Functions.Serving.Files;

/// <summary>A version's files on this machine; they stay where they are until this is disposed.</summary>
/// <param name="path">Their folder.</param>
/// <param name="wereThere">Whether they were left by an earlier load, of this process or another.</param>
/// <param name="released">Ends the hold.</param>
internal sealed class HeldFiles(string path, bool wereThere, Action released) : IDisposable
{
    private Action? _released = released;

    /// <summary>Their folder.</summary>
    public string Path { get; } = path;

    /// <summary>Whether they were left by an earlier load, of this process or another.</summary>
    public bool WereThere { get; } = wereThere;

    /// <summary>Ends the hold. The files stay for the next load, unless the model has a newer version.</summary>
    public void Dispose() => Interlocked.Exchange(ref _released, null)?.Invoke();
}
