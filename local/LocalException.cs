namespace Pipeline.Local;

/// <summary>Something that the user can put right: shown as two lines and without a stack trace.</summary>
internal sealed class LocalException(string message, string fix, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public string Fix { get; } = fix;
}
