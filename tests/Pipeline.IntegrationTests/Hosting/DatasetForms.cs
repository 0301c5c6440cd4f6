using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The same sixty rows in each form that a dataset may have.</summary>
internal static class DatasetForms
{
    private static readonly (string Text, string Label)[] _rows =
        [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? ($"win prize number {i} now", "spam") : ($"see you at lunch on day {i}", "ham"))];

    /// <summary>Writes them.</summary>
    /// <param name="extension">The form: a file's extension.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<byte[]> WriteAsync(string extension, CancellationToken cancellationToken) => extension switch
    {
        "csv.gz" => Gzip(Encoding.UTF8.GetBytes(Lines("text,label", r => $"{r.Text},{r.Label}"))),
        "tsv" => Encoding.UTF8.GetBytes(Lines("text\tlabel", r => $"{r.Text}\t{r.Label}")),
        "jsonl" => Encoding.UTF8.GetBytes(Lines(null, r => Json(r).ToJsonString())),
        "json" => Encoding.UTF8.GetBytes(new JsonArray([.. _rows.Select(Json)]).ToJsonString()),
        "txt" => Encoding.UTF8.GetBytes(Lines(null, r => $"__label__{r.Label} {r.Text}")),
        "parquet" => await ParquetAsync(cancellationToken),
        "zip" => Zip(),
        "tar.gz" => Gzip(Tar()),
        _ => throw new ArgumentException($"There is no form '{extension}'.", nameof(extension)),
    };

    private static JsonNode Json((string Text, string Label) row) => new JsonObject { ["text"] = row.Text, ["label"] = row.Label };

    private static string Lines(string? header, Func<(string Text, string Label), string> line) =>
        string.Concat((header is null ? [] : new[] { header }).Concat(_rows.Select(line)).Select(l => l + "\n"));

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    // Beside what is read, columns of other kinds, with gaps.
    private static async Task<byte[]> ParquetAsync(CancellationToken cancellationToken)
    {
        var (text, label, when, length, part) = (
            new DataField<string>("text"), new DataField<string>("label"), new DataField<DateTime>("received_at"), new DataField<int?>("length"), new DataField<double>("part"));
        using var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, label, when, length, part), content, cancellationToken: cancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, [.. _rows.Select(r => r.Text)]);
            await group.WriteAsync(label, [.. _rows.Select(r => r.Label)]);
            await group.WriteAsync<DateTime>(when, _rows.Select((_, i) => DateTime.UnixEpoch.AddDays(i)).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync<int>(length, _rows.Select((r, i) => i % 5 == 0 ? (int?)null : r.Text.Length).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync<double>(part, _rows.Select((_, i) => i / 60.0).ToArray(), cancellationToken: cancellationToken);
        }

        return content.ToArray();
    }

    private static byte[] Zip()
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in Files())
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return packed.ToArray();
    }

    private static byte[] Tar()
    {
        using var packed = new MemoryStream();
        using (var archive = new TarWriter(packed, leaveOpen: true))
        {
            foreach (var (name, text) in Files())
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return packed.ToArray();
    }

    private static IEnumerable<(string Name, string Text)> Files() => _rows.Select((row, i) => ($"{row.Label}/{i:D2}.txt", row.Text));
}
