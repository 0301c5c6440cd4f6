namespace Pipeline.Core.Datasets;

/// <summary>The dataset cannot be trained on, and reading on would not change that.</summary>
public sealed class DatasetRejectedException : Exception
{
    /// <summary>With what was found and where.</summary>
    /// <param name="kind">What is wrong.</param>
    /// <param name="detail">A sentence about this file.</param>
    /// <param name="line">Physical line, from 1, where there is one.</param>
    /// <param name="inner">The error underneath, where there is one.</param>
    public DatasetRejectedException(FindingKind kind, string detail, long? line = null, Exception? inner = null)
        : base(detail, inner)
    {
        Kind = kind;
        Line = line;
    }

    /// <summary>For serializers.</summary>
    public DatasetRejectedException() : this(FindingKind.EmptyFile, "") { }

    /// <summary>For serializers.</summary>
    public DatasetRejectedException(string message) : this(FindingKind.EmptyFile, message) { }

    /// <summary>For serializers.</summary>
    public DatasetRejectedException(string message, Exception inner) : this(FindingKind.EmptyFile, message, null, inner) { }

    /// <summary>What is wrong.</summary>
    public FindingKind Kind { get; }

    /// <summary>Physical line, from 1; null where it concerns the whole file.</summary>
    public long? Line { get; }

    /// <summary>Where it is wrong, with a sentence each, where several things are; else empty.</summary>
    public IReadOnlyList<FindingPlace> Places { get; init; } = [];
}
