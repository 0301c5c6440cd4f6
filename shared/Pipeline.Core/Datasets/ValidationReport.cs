using Pipeline.Core.Costs;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Datasets;

/// <summary>What is known of a dataset after it was read: <c>runs/{run_id}/report.json</c>.</summary>
public sealed record ValidationReport
{
    /// <summary>The run; null where the dataset was only validated, without one.</summary>
    public string? RunId { get; init; }

    /// <summary>The blob in the container <c>datasets</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Whether the dataset is trained on.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Whether rows have one label, any number of them, or a number to be predicted; null for a rejected dataset.</summary>
    public ProblemType? ProblemType { get; init; }

    /// <summary>Whether rows have a second text.</summary>
    public bool HasPairs { get; init; }

    /// <summary>Rows that are used.</summary>
    public required int RowsUsed { get; init; }

    /// <summary>Rows that are left out; the findings say why.</summary>
    public required long RowsLeftOut { get; init; }

    /// <summary>Rows of each split; empty for a rejected dataset.</summary>
    public IReadOnlyDictionary<string, int> Splits { get; set; } = new Dictionary<string, int>();

    /// <summary>The labels with their rows in each split; empty for a rejected dataset, and for regression.</summary>
    public required IReadOnlyList<LabelReport> Labels { get; init; }

    /// <summary>How the numbers are spread that are to be predicted; null unless the dataset is one for regression.</summary>
    public TargetDistribution? Target { get; init; }

    /// <summary>Lengths of the texts in tokens; null for a rejected dataset.</summary>
    public LengthDistribution? TokenLengths { get; init; }

    /// <summary>Lengths of the texts in characters; null for a rejected dataset.</summary>
    public LengthDistribution? CharacterLengths { get; init; }

    /// <summary>What the model does not read of the texts; null for a rejected dataset.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>Copies of texts; null for a rejected dataset.</summary>
    public DuplicateCounts? Duplicates { get; init; }

    /// <summary>Languages of the texts whose language is certain, the most frequent first.</summary>
    public IReadOnlyList<LanguageShare> Languages { get; set; } = [];

    /// <summary>What a run is expected to take and to cost; null for a rejected dataset, and where a base model's <c>config.json</c> cannot be read.</summary>
    public CostEstimate? Estimate { get; init; }

    /// <summary>What was found, errors first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The report of a dataset that cannot be trained on.</summary>
    public static ValidationReport Rejected(string? runId, string dataset, IReadOnlyList<Finding> findings) => new()
    {
        RunId = runId,
        Dataset = dataset,
        Accepted = false,
        RowsUsed = 0,
        RowsLeftOut = 0,
        Labels = [],
        Findings = findings,
    };
}

/// <summary>Rows with a label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Train">Rows in the training split.</param>
/// <param name="Validation">Rows in the validation split.</param>
/// <param name="Test">Rows in the test split.</param>
public sealed record LabelReport(string Name, int Train, int Validation, int Test);
