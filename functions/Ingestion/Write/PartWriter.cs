using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using Pipeline.Core.Shards;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.Write;

/// <summary>
/// The second pass over a part: download, parsing, tokenizing, writing and upload overlap. Tokenizing takes all cores; writing
/// keeps the order of the file, so that the bytes are the same on every attempt.
/// </summary>
internal sealed class PartWriter : IAsyncDisposable
{
    private readonly JoinedDataset _dataset;
    private readonly RunTokenizer _tokenizer;
    private readonly long _rowsBefore;
    private readonly SplitWriter[] _splits;
    private readonly int[][] _labelRows;
    private readonly TargetTally[] _targets;
    private readonly TokenLengthTally _lengths = new();
    private readonly LengthCounts _trainLengths = new();
    private readonly RowQuotes _quotes;
    private readonly long _linesBefore;

    private PartWriter(DatasetPart part, JoinedDataset dataset, RunTokenizer tokenizer, ShardUpload? upload)
    {
        (_dataset, _tokenizer) = (dataset, tokenizer);
        var summary = dataset.Summary;
        _rowsBefore = summary.RowsBefore[part.Number];
        _linesBefore = part.LinesBefore;
        _quotes = RowQuotes.Of(summary.NearCopies, summary.Findings);
        var layout = new TokenShardLayout(summary.ProblemType, summary.HasPairs);
        int? number = summary.RowsBefore.Count > 1 ? part.Number : null;
        _splits = [.. Enum.GetValues<Split>().Select(split => new SplitWriter(split, number, layout, upload))];
        var isRegression = summary.ProblemType == ProblemType.Regression;
        _labelRows = isRegression ? [] : [.. summary.Labels.Select(_ => new int[_splits.Length])];
        _targets = isRegression ? [.. _splits.Select(_ => new TargetTally())] : [];
    }

    /// <summary>Tokenizes a part.</summary>
    /// <param name="content">Where its bytes are.</param>
    /// <param name="part">The part.</param>
    /// <param name="dataset">Says where rows go.</param>
    /// <param name="tokenizer">Used by several threads.</param>
    /// <param name="upload">Takes the shards; null where they are only counted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<WrittenPart> RunAsync(
        IDatasetContent content, DatasetPart part, JoinedDataset dataset, RunTokenizer tokenizer, ShardUpload? upload,
        CancellationToken cancellationToken)
    {
        await using var writer = new PartWriter(part, dataset, tokenizer, upload);
        await using var stream = new PrefetchedStream(await content.OpenAsync(part, cancellationToken), cancellationToken);
        // What is found was noted in the first pass.
        await RowBatches.RunAsync(
            part.Read(stream, new FindingLog()), writer.Encode, (row, encoded) => writer.WriteAsync(row, encoded.Split, encoded.Example, cancellationToken), cancellationToken);
        return await writer.CompleteAsync(part, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var split in _splits)
            await split.DisposeAsync();
    }

    private (Split Split, TokenizedExample Example) Encode(DatasetRow row)
    {
        var pair = _dataset.Summary.HasPairs ? _tokenizer.Encode(row.TextPair ?? "") : null;
        return (
            _dataset.SplitOf(TextHash.Of(row.Text, row.TextPair), row.GivenSplit),
            new TokenizedExample(_tokenizer.Encode(row.Text), pair, row.Target is null ? _dataset.LabelIds(row.Labels) : [], _rowsBefore + row.Number, row.Target));
    }

    private async ValueTask WriteAsync(DatasetRow row, Split split, TokenizedExample example, CancellationToken cancellationToken)
    {
        foreach (var label in example.Labels)
            _labelRows[label][(int)split]++;
        if (example.Target is { } target)
            _targets[(int)split].Add(target);
        var length = example.Tokens + _tokenizer.SpecialTokens(_dataset.Summary.HasPairs);
        _lengths.Add(row, length, _linesBefore);
        if (split == Split.Train)
            _trainLengths.Add(length);
        _quotes.Show(example.Row, row);
        await _splits[(int)split].WriteAsync(example, cancellationToken);
    }

    private async Task<WrittenPart> CompleteAsync(DatasetPart part, CancellationToken cancellationToken)
    {
        foreach (var split in _splits)
            await split.CompleteAsync(cancellationToken);
        return new WrittenPart
        {
            Number = part.Number,
            Splits = Enum.GetValues<Split>().ToDictionary(split => split.Name(), split => _splits[(int)split].Summary),
            LabelRows = _labelRows,
            Targets = _targets,
            Lengths = _lengths,
            TrainLengths = _trainLengths,
            Quotes = _quotes,
        };
    }
}
