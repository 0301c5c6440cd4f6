using Parquet;
using Parquet.File.Values.Primitives;
using Parquet.Schema;

namespace Pipeline.UnitTests.Datasets;

/// <summary>Writes Parquet files for tests.</summary>
internal static class ParquetFiles
{
    /// <summary>Texts with integer labels, in row groups of two rows.</summary>
    public static async Task<byte[]> WithNumbers(string?[] texts, long[] labels, CompressionMethod compression, string? metadata = null)
    {
        var (text, label) = (new DataField<string>("text"), new DataField<long>("label"));
        using var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(text, label), content, new ParquetOptions { CompressionMethod = compression }, cancellationToken: TestContext.Current.CancellationToken))
        {
            if (metadata is not null)
                writer.CustomMetadata = new Dictionary<string, string> { ["huggingface"] = metadata };
            foreach (var rows in Enumerable.Range(0, texts.Length).Chunk(2))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(text, [.. rows.Select(r => texts[r])]);
                await group.WriteAsync<long>(label, rows.Select(r => labels[r]).ToArray(), cancellationToken: TestContext.Current.CancellationToken);
            }
        }

        return content.ToArray();
    }

    /// <summary>Texts with labels, behind a column of each kind of time, of identifiers, and of intervals, which are not read.</summary>
    public static async Task<byte[]> WithOtherColumns(string[] texts, string[] labels)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (at, day, id, span, text, label) = (
            new DataField<DateTime>("at"), new DataField<DateOnly>("day"), new DataField<Guid>("id"), new DataField<Interval>("span"),
            new DataField<string>("text"), new DataField<string>("label"));
        using var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(at, day, id, span, text, label), content, cancellationToken: cancel))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<DateTime>(at, texts.Select((_, i) => new DateTime(2026, 1, 2, 3, 4, 5 + i, DateTimeKind.Unspecified)).ToArray(), cancellationToken: cancel);
            await group.WriteAsync<DateOnly>(day, texts.Select((_, i) => new DateOnly(2026, 1, 2 + i)).ToArray(), cancellationToken: cancel);
            await group.WriteAsync<Guid>(id, texts.Select((_, i) => new Guid(i, 0, 0, new byte[8])).ToArray(), cancellationToken: cancel);
            await group.WriteAsync<Interval>(span, texts.Select((_, i) => new Interval(1, 2, i)).ToArray(), cancellationToken: cancel);
            await group.WriteAsync(text, texts);
            await group.WriteAsync(label, labels);
        }

        return content.ToArray();
    }

    /// <summary>Texts with lists of labels; each list has a label at least, or is empty where the row is null.</summary>
    public static async Task<byte[]> WithLists(string[] texts, string[]?[] labels)
    {
        var (text, list) = (new DataField<string>("text"), new ListField("labels", new DataField<string>("element")));
        using var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(text, list), content, cancellationToken: TestContext.Current.CancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, texts);
            await group.WriteAsync(
                (DataField)list.Item,
                [.. labels.SelectMany(l => l ?? [null!])],
                labels.SelectMany(l => (l ?? [""]).Select((_, i) => i == 0 ? 0 : 1)).ToArray());
        }

        return content.ToArray();
    }
}
