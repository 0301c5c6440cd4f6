namespace Pipeline.Functions.Scoring;

/// <summary>How far a file is, <c>outbox/{file}.progress.json</c>. Every write carries the ETag it was based on.</summary>
internal sealed record ScoringProgress
{
    /// <summary>The file's name in the container <c>inbox</c>.</summary>
    public required string File { get; init; }

    /// <summary>The upload.</summary>
    public required string ETag { get; init; }

    /// <summary>The version that classifies all of it, whatever is in production by now.</summary>
    public required string Version { get; init; }

    /// <summary>The options as they were at the start.</summary>
    public required InboxOptions Options { get; init; }

    /// <summary>Rows of a block; as it was at the start, so that all attempts cut the file in the same way.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Bytes of the file's rows in a block, about; likewise.</summary>
    public required int BlockBytes { get; init; }

    /// <summary>When the work began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Blocks of the result that are staged.</summary>
    public int Blocks { get; init; }

    /// <summary>Rows in those blocks.</summary>
    public long Rows { get; init; }

    /// <summary>Rows by the reason for which they could not be classified.</summary>
    public IReadOnlyList<RowFailures> Failures { get; set; } = [];

    /// <summary>How often each label was given, in the order of the label ids; of a model of numbers empty.</summary>
    public IReadOnlyDictionary<string, long> Labels { get; set; } = new Dictionary<string, long>();

    /// <summary>Sum of the numbers that a regression gave.</summary>
    public double? ValueSum { get; init; }

    /// <summary>Seconds of work on those blocks.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether the file was read to its end.</summary>
    public bool IsRead { get; init; }
}

/// <summary>Rows that could not be classified for one reason.</summary>
/// <param name="Code">The reason.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstLine">The line of the first.</param>
/// <param name="FirstMessage">What is wrong with the first.</param>
internal sealed record RowFailures(string Code, long Count, long FirstLine, string FirstMessage);

/// <summary>What the result of a file is, <c>outbox/{file}.summary.json</c>.</summary>
/// <param name="File">The file's name in the container <c>inbox</c>.</param>
/// <param name="ETag">The upload.</param>
/// <param name="Result">The result's name in the container <c>outbox</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">The version that classified all of it.</param>
/// <param name="Rows">Rows of the file, and of the result.</param>
/// <param name="Classified">Rows that have an answer.</param>
/// <param name="Failed">Rows that have an error instead.</param>
/// <param name="Failures">Those by reason, the most frequent first.</param>
/// <param name="Labels">How often each label was given; null for a model of numbers.</param>
/// <param name="MeanValue">The mean of the numbers; null for a model of labels.</param>
/// <param name="StartedAt">When the work began (UTC).</param>
/// <param name="FinishedAt">When it was done (UTC).</param>
/// <param name="Seconds">Seconds of work, without waiting for an instance, and without what a killed one had done in vain.</param>
internal sealed record ScoringSummary(
    string File, string ETag, string Result, string Model, string Version, long Rows, long Classified, long Failed, IReadOnlyList<RowFailures> Failures,
    IReadOnlyDictionary<string, long>? Labels, double? MeanValue, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, double Seconds);

/// <summary>Why a file has no result, <c>outbox/{file}.error.json</c>.</summary>
/// <param name="File">The file's name in the container <c>inbox</c>.</param>
/// <param name="ETag">The upload.</param>
/// <param name="Code">A stable identifier.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Line">The line of the file, from 1; null where it is not about a line.</param>
/// <param name="At">When it was found (UTC).</param>
internal sealed record ScoringError(string File, string ETag, string Code, string Message, string Fix, long? Line, DateTimeOffset At);
