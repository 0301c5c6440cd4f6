using Pipeline.Core.Datasets;

namespace Pipeline.Functions.Scoring;

/// <summary>A file that cannot be classified, and trying again would not change that.</summary>
internal sealed class ScoringException(string code, string message, string fix, long? line = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>A stable identifier.</summary>
    public string Code { get; } = code;

    /// <summary>What to do.</summary>
    public string Fix { get; } = fix;

    /// <summary>The line of the file, from 1; null where it is not about a line.</summary>
    public long? Line { get; } = line;

    /// <summary>A file that cannot be read, said as it is said of a dataset.</summary>
    public static ScoringException Of(DatasetRejectedException e) => new(e.Kind.Id, e.Message, e.Kind.Fix, e.Line, e);
}
