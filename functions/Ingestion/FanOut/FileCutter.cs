using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Reading;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>Cuts a file into parts at record boundaries. It is read through once, at the speed of the download.</summary>
/// <param name="content">Where the bytes are.</param>
/// <param name="partBytes">Size of a part, about.</param>
internal sealed class FileCutter(IDatasetContent content, long partBytes)
{
    /// <summary>Whether a file can be cut. What is packed, or one document, is read in one go.</summary>
    public static bool CanCut(DatasetPart file) =>
        !file.Format.IsGzipped
        && file.Format.Format is DatasetFormat.Csv or DatasetFormat.Tsv or DatasetFormat.Jsonl or DatasetFormat.Text
        && file.Reading.Encoding?.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>The parts of a file, numbered from that of <paramref name="file"/> on. All are read as the first rows say.</summary>
    /// <exception cref="DatasetRejectedException">The first rows cannot be read.</exception>
    public async Task<IReadOnlyList<DatasetPart>> CutAsync(DatasetPart file, CancellationToken cancellationToken)
    {
        ReadingOptions reading;
        await using (var head = new PrefetchedStream(await content.OpenAsync(file, cancellationToken), cancellationToken))
            reading = await Task.Run(() => DatasetReader.Plan(head, file.Format, file.Reading, new FindingLog()), cancellationToken);

        var later = reading with { Plan = reading.Plan! with { HasHeader = false } };
        return
        [
            .. (await CutsAsync(file, reading.Plan!, cancellationToken)).Select((cut, i) => file with
            {
                Number = file.Number + i,
                Offset = cut.Offset,
                Length = cut.Length,
                LinesBefore = cut.LinesBefore,
                Reading = i == 0 ? reading : later,
            }),
        ];
    }

    private async Task<List<(long Offset, long Length, long LinesBefore)>> CutsAsync(DatasetPart file, ReadingPlan plan, CancellationToken cancellationToken)
    {
        var boundaries = BoundariesOf(file.Format.Format, plan);
        var cuts = new List<(long Offset, long Length, long LinesBefore)>();
        var (start, lines) = (0L, 0L);
        await using var stream = new PrefetchedStream(await content.OpenAsync(file, cancellationToken), cancellationToken);
        var buffer = new byte[1 << 20];
        while (await Task.Run(() => stream.Read(buffer, 0, buffer.Length), cancellationToken) is > 0 and var read)
        {
            // In UTF-16 a byte is no character.
            if (start == 0 && boundaries.Position == 0 && buffer is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                return [(0, file.Bytes, 0)];
            var rest = buffer.AsMemory(0, read);
            while (boundaries.Next(rest.Span, start + partBytes, out var used))
            {
                cuts.Add((start, boundaries.Position - start, lines));
                (start, lines) = (boundaries.Position, boundaries.Lines);
                rest = rest[used..];
            }
        }

        if (boundaries.Position > start || cuts.Count == 0)
            cuts.Add((start, boundaries.Position - start, lines));
        return cuts;
    }

    private static RecordBoundaries BoundariesOf(DatasetFormat format, ReadingPlan plan)
    {
        var isDelimited = format is DatasetFormat.Csv or DatasetFormat.Tsv && plan.Quoting != Quoting.Lines;
        return new RecordBoundaries(isDelimited ? (byte)plan.Delimiter : null, plan.Quoting == Quoting.Backslash ? (byte)'\\' : (byte)'"');
    }
}
