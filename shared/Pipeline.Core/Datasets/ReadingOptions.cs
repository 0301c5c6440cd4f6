using Pipeline.Core.Datasets.Reading;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Datasets;

/// <summary>How a dataset is to be read. What is null is found in the content.</summary>
public sealed record ReadingOptions
{
    /// <summary>The columns with the text, joined with a line break. In a file without a header the columns are named <c>1</c>, <c>2</c>, ….</summary>
    public NameList? TextColumns { get; init; }

    /// <summary>The column with the second text of a pair.</summary>
    public string? TextPairColumn { get; init; }

    /// <summary>The column with the label or labels.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>What stands between the labels of a row; makes the dataset multi-label.</summary>
    public string? LabelSeparator { get; init; }

    /// <summary>The labels end before this; <c>:</c> makes <c>NUM</c> of <c>NUM:dist</c>.</summary>
    public string? LabelUntil { get; init; }

    /// <summary>Names for labels that are numbers, counted from 0 or from 1.</summary>
    public NameList? LabelNames { get; init; }

    /// <summary>Whether rows have one label, any number of them, or a number to be predicted.</summary>
    public ProblemType? ProblemType { get; init; }

    /// <summary>What stands between fields.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first record names the columns.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The encoding; null for UTF-8, or UTF-16 by its byte order mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>Where the rows lie in a JSON document.</summary>
    public RecordPaths? Records { get; init; }

    /// <summary>Whether rows must have labels. Default true; false for texts that are to be classified, whose label column is not looked at.</summary>
    public bool NeedsLabels { get; set; } = true;

    /// <summary>Whether rows are pairs of texts; null: where columns are named as those of pairs usually are.</summary>
    public bool? HasPairs { get; init; }

    /// <summary>What the first rows decided; null to decide again. See <see cref="DatasetReader.Plan"/>.</summary>
    public ReadingPlan? Plan { get; init; }

    /// <summary>What a run's options say about reading.</summary>
    public static ReadingOptions From(RunOptions options) => new()
    {
        TextColumns = options.TextColumn,
        TextPairColumn = options.TextPairColumn,
        LabelColumn = options.LabelColumn,
        LabelSeparator = options.LabelSeparator,
        LabelUntil = options.LabelUntil,
        LabelNames = options.LabelNames,
        ProblemType = options.ProblemType,
        Delimiter = options.Delimiter switch
        {
            null => null,
            "tab" or "\\t" => '\t',
            var d => d[0],
        },
        HasHeader = options.HasHeader,
        Encoding = options.Encoding,
        Records = options.Records,
    };
}
