using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion;

/// <summary>A dataset after both passes.</summary>
/// <param name="Joined">What was found of it as a whole.</param>
/// <param name="Written">What its rows became, summed up over the parts.</param>
/// <param name="VocabularySize">Token ids of the tokenizer.</param>
internal sealed record IngestedDataset(JoinSummary Joined, WrittenPart Written, int VocabularySize)
{
    /// <summary>What the run record keeps of it.</summary>
    public IngestSummary Summary => new(Joined.Labels, Written.Splits, VocabularySize, Joined.ProblemType, Joined.HasPairs);

    /// <summary>The report of an accepted dataset.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="dataset">The blob or folder.</param>
    public ValidationReport Report(string runId, string dataset) => new()
    {
        RunId = runId,
        Dataset = dataset,
        Accepted = true,
        RowsUsed = checked((int)Joined.RowsUsed),
        RowsLeftOut = Joined.RowsLeftOut,
        Labels = [.. Joined.Labels.Zip(Written.LabelRows).Select(l => new LabelReport(
            l.First, l.Second[(int)Split.Train], l.Second[(int)Split.Validation], l.Second[(int)Split.Test]))],
        TokenLengths = Lengths(),
        Findings = Joined.Findings,
    };

    private TokenLengths Lengths()
    {
        var lengths = Written.Lengths.OrderBy(l => l.Key).ToArray();
        return new TokenLengths(At(0.5), At(0.95), lengths[^1].Key);

        // The smallest length that so great a share of the texts does not exceed.
        int At(double share)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * Joined.RowsUsed));
            foreach (var (length, count) in lengths)
            {
                rank -= count;
                if (rank <= 0)
                    return length;
            }

            return lengths[^1].Key;
        }
    }
}
