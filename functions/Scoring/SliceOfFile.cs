using System.Buffers;
using Microsoft.Extensions.Options;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Inputs;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Scoring;

/// <summary>Works on a file until its end, or until the slice of time is over.</summary>
internal sealed class SliceOfFile(Inbox inbox, Outbox outbox, RowScorer scorer, IOptions<ScoringOptions> options, TimeProvider time)
{
    // After so many blocks the next ones are four times as large, so that no file has more than a blob can hold.
    private const int BlocksOfOneSize = Outbox.MostBlocks / 5;

    /// <summary>Goes on with a file.</summary>
    /// <returns>How far it is, where the time was over; null where it is done.</returns>
    /// <exception cref="DatasetRejectedException">The file cannot be read to its end.</exception>
    public async Task<ScoringProgress?> RunAsync(ScoreRequest request, LoadedModel model, Tracked tracked, CancellationToken cancellationToken)
    {
        var file = DatasetFile.ForModel(request.Blob, request.Model);
        await using var content = new PrefetchedStream(await inbox.OpenAsync(request, cancellationToken), cancellationToken);
        // The readers of datasets are synchronous, and wait for the download.
        using var input = await Task.Run(
            () => InputFile.Open(
                content, file, tracked.Progress.Options.Reading, model.Manifest.HasPairs, asJson: tracked.Progress.Options.Format == ResultFormat.Jsonl),
            cancellationToken);
        var form = ResultForm.Of(input, model.Manifest, tracked.Progress.Options);
        var result = form.NameOf(file);
        var since = time.GetTimestamp();
        if (!tracked.Progress.IsRead)
        {
            using var rows = input.Rows.GetEnumerator();
            for (var block = 0; await Task.Run(() => Take(rows, block, tracked.Progress), cancellationToken) is { Count: > 0 } read; block++)
            {
                if (block < tracked.Progress.Blocks)
                    continue;
                tracked = await ScoreAsync(request, model, form, result, tracked, read, cancellationToken);
                if (time.GetElapsedTime(since) >= options.Value.Slice)
                    return tracked.Progress;
            }

            if (tracked.Progress.Rows == 0)
                throw new DatasetRejectedException(FindingKind.EmptyFile, "The file has no rows.");
            tracked = await outbox.UpdateAsync(tracked, tracked.Progress with { IsRead = true }, cancellationToken);
        }

        await outbox.CommitAsync(result, request.Upload, tracked.Progress.Blocks, form.ContentType, cancellationToken);
        await outbox.EndAsync(ScoringTally.Summary(tracked.Progress, result, model.Manifest, time.GetUtcNow()), cancellationToken);
        return null;
    }

    private async Task<Tracked> ScoreAsync(
        ScoreRequest request, LoadedModel model, ResultForm form, string result, Tracked tracked, IReadOnlyList<InputRow> rows, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var answers = await scorer.ScoreAsync(model, rows, tracked.Progress.Options.ExplainedWords, cancellationToken);
        var content = new ArrayBufferWriter<byte>();
        var block = tracked.Progress.Blocks;
        if (block == 0)
            form.WriteHeader(content);
        foreach (var answer in answers)
            form.WriteRow(content, answer);
        await outbox.StageAsync(result, request.Upload, block, content.WrittenMemory, cancellationToken);
        // Not before the block is there: what the record counts is never lost.
        return await outbox.UpdateAsync(
            tracked, ScoringTally.Add(tracked.Progress, answers, model.Manifest, time.GetElapsedTime(since).TotalSeconds), cancellationToken);
    }

    // Which rows a block has follows from the file alone, so that every attempt makes the same blocks.
    private static List<InputRow> Take(IEnumerator<InputRow> rows, int block, ScoringProgress progress)
    {
        var size = 1L << (2 * Math.Min(block / BlocksOfOneSize, 3));
        var taken = new List<InputRow>();
        for (long bytes = 0; taken.Count < progress.BlockRows * size && bytes < progress.BlockBytes * size && rows.MoveNext();)
        {
            taken.Add(rows.Current);
            bytes += rows.Current.Original.Length + rows.Current.Text.Length;
        }

        return taken;
    }
}
