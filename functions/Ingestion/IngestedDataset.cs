using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion;

/// <summary>A dataset after both passes.</summary>
/// <param name="Joined">What was found of it as a whole.</param>
/// <param name="Variants">What its rows became with each tokenizer, in the order of <see cref="TokenizedVariant.Of"/>; at least one.</param>
/// <param name="Options">The run's options.</param>
internal sealed record IngestedDataset(JoinSummary Joined, IReadOnlyList<WrittenDataset> Variants, RunOptions Options)
{
    private WrittenPart Written => Variants[0].Rows;

    /// <summary>What the run record keeps of it.</summary>
    public IngestSummary Summary => new(Joined.Labels, Variants[0].Summary.Splits, Variants[0].VocabularySize, Joined.ProblemType, Joined.HasPairs)
    {
        BaseModels = Variants.Count == 1 ? null : Variants.ToDictionary(v => v.Variant.BaseModel!, v => v.Summary),
    };

    /// <summary>The report of an accepted dataset.</summary>
    /// <param name="runId">The run; null where there is none.</param>
    /// <param name="dataset">The blob or folder.</param>
    public ValidationReport Report(string? runId, string dataset)
    {
        var findings = new FindingLog();
        findings.Merge(Joined.Findings);
        findings.Quote(Written.Quotes);
        Joined.NearCopies.Note(findings, Written.Quotes);
        var truncation = Written.Lengths.Note(findings, MaxLength());
        return new ValidationReport
        {
            RunId = runId,
            Dataset = dataset,
            Accepted = true,
            ProblemType = Joined.ProblemType,
            HasPairs = Joined.HasPairs,
            RowsUsed = checked((int)Joined.RowsUsed),
            RowsLeftOut = Joined.RowsLeftOut,
            Splits = Written.Splits.ToDictionary(s => s.Key, s => s.Value.Rows),
            Labels = [.. Joined.Labels.Zip(Written.LabelRows).Select(l => new LabelReport(
                l.First, l.Second[(int)Split.Train], l.Second[(int)Split.Validation], l.Second[(int)Split.Test]))],
            Target = Target(),
            TokenLengths = Written.Lengths.Lengths.Distribution(),
            CharacterLengths = Joined.Statistics.Characters.Distribution(),
            Truncation = truncation,
            Duplicates = DuplicateCounts.Of(findings),
            Languages = Joined.Statistics.Languages.Shares(),
            Findings = findings.ToList(Options.IgnoreFindings),
        };
    }

    private TargetDistribution? Target() => Written.Targets.Count == 0 ? null : WrittenPart.Sum(Written.Targets).Distribution() with
    {
        Means = Enum.GetValues<Split>().Where(split => Written.Targets[(int)split].Count > 0)
            .ToDictionary(split => split.Name(), split => Written.Targets[(int)split].Mean),
    };

    private DefaultMaxLength MaxLength() => Options.MaxLength is { } length
        ? new DefaultMaxLength(length, $"{length}: the option max_length")
        : DefaultMaxLength.For(Written.TrainLengths, Variants[0].Variant.BaseModel is not null);
}

/// <summary>A dataset after the second pass with one tokenizer.</summary>
/// <param name="Variant">The tokenizer.</param>
/// <param name="Rows">What the rows became, summed up over the parts.</param>
/// <param name="VocabularySize">Token ids of the tokenizer.</param>
internal sealed record WrittenDataset(TokenizedVariant Variant, WrittenPart Rows, int VocabularySize)
{
    /// <summary>What the run record keeps of it.</summary>
    public TokenizedSplits Summary => new(Variant.Folder, Variant.Place(Rows.Splits), VocabularySize);
}
