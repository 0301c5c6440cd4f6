namespace Pipeline.Core.Runs;

/// <summary>
/// Whether a run's version goes into production. It is written into the run record before the version comes into being, so that
/// whoever carries it out, after however many kills, does the same.
/// </summary>
public sealed record PromotionDecision
{
    /// <summary>True: the version goes into production.</summary>
    public required bool Promote { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The version that was in production; null where there was none.</summary>
    public string? Against { get; init; }

    /// <summary>Since when it was. Where the pointer has moved since, the decision is taken anew.</summary>
    public DateTimeOffset? AgainstSince { get; init; }

    /// <summary>What was compared on the run's test rows, for example <c>macro_f1</c>; null where nothing was.</summary>
    public string? Metric { get; init; }

    /// <summary>The new version's figure.</summary>
    public double? Candidate { get; init; }

    /// <summary>The figure of the version in production.</summary>
    public double? Current { get; init; }

    /// <summary>By how much the new one may be lower.</summary>
    public double? Tolerance { get; init; }

    /// <summary>True where the decision was about production as it stands now.</summary>
    public bool IsAbout(Models.ProductionPointer? pointer) => Against == pointer?.Version && AgainstSince == pointer?.SwitchedAt;
}
