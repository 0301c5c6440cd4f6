using System.Globalization;
using System.Text;
using Parquet.Schema;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>The values of a Parquet column as cells, put together from its definition and repetition levels.</summary>
internal static class ParquetCells
{
    /// <summary>One cell a row; lists where the column is one.</summary>
    public static Cell[] Of(DataField field, ParquetColumn data)
    {
        var texts = Texts(data);
        if (field.MaxRepetitionLevel == 0)
            return Plain(field, data, texts);
        return field.MaxRepetitionLevel == 1 ? Lists(field, data, texts)
            : throw new NotSupportedException($"The column '{field.Path}' holds lists of lists.");
    }

    private static Cell[] Plain(DataField field, ParquetColumn data, string?[] texts)
    {
        if (field.MaxDefinitionLevel == 0)
            return Array.ConvertAll(texts, t => new Cell(t));
        var levels = data.DefinitionLevels;
        var cells = new Cell[levels.Length];
        for (int i = 0, next = 0; i < levels.Length; i++)
            cells[i] = levels[i] == field.MaxDefinitionLevel ? new Cell(texts[next++]) : default;
        return cells;
    }

    private static Cell[] Lists(DataField field, ParquetColumn data, string?[] texts)
    {
        var repetitions = data.RepetitionLevels;
        var definitions = data.DefinitionLevels;
        var cells = new List<Cell>();
        List<string>? list = null;
        for (int i = 0, next = 0; i < repetitions.Length; i++)
        {
            var level = definitions.Length == 0 ? field.MaxDefinitionLevel : definitions[i];
            if (repetitions[i] == 0)
            {
                list = [];
                // Level 0 is no list at all, which is not the same as an empty one.
                cells.Add(level == 0 && field.MaxDefinitionLevel > 1 ? default : new Cell(null, list));
            }

            if (level == field.MaxDefinitionLevel && texts[next++] is { } text)
                (list ?? throw new InvalidDataException("A list goes on before it begins.")).Add(text);
        }

        return [.. cells];
    }

    private static string?[] Texts(ParquetColumn data) => data switch
    {
        ParquetColumn<ReadOnlyMemory<char>> d => Convert(d.Values, v => new string(v.Span)),
        ParquetColumn<ReadOnlyMemory<byte>> d => Convert(d.Values, Utf8),
        ParquetColumn<bool> d => Convert(d.Values, v => v ? "true" : "false"),
        ParquetColumn<sbyte> d => Numbers(d.Values),
        ParquetColumn<byte> d => Numbers(d.Values),
        ParquetColumn<short> d => Numbers(d.Values),
        ParquetColumn<ushort> d => Numbers(d.Values),
        ParquetColumn<int> d => Numbers(d.Values),
        ParquetColumn<uint> d => Numbers(d.Values),
        ParquetColumn<long> d => Numbers(d.Values),
        ParquetColumn<ulong> d => Numbers(d.Values),
        ParquetColumn<float> d => Numbers(d.Values),
        ParquetColumn<double> d => Numbers(d.Values),
        ParquetColumn<decimal> d => Numbers(d.Values),
        ParquetColumn<DateTime> d => Formatted(d.Values, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"),
        ParquetColumn<DateOnly> d => Formatted(d.Values, "O"),
        ParquetColumn<TimeOnly> d => Formatted(d.Values, "HH:mm:ss.FFFFFFF"),
        ParquetColumn<TimeSpan> d => Formatted(d.Values, "c"),
        ParquetColumn<Guid> d => Formatted(d.Values, "D"),
        _ => throw new NotSupportedException($"{data.GetType()} holds neither texts nor labels."),
    };

    private static string?[] Numbers<T>(ReadOnlySpan<T> values) where T : IFormattable => Formatted(values, null);

    private static string?[] Formatted<T>(ReadOnlySpan<T> values, string? format) where T : IFormattable =>
        Convert(values, v => v.ToString(format, CultureInfo.InvariantCulture));

    private static string?[] Convert<T>(ReadOnlySpan<T> values, Func<T, string?> convert)
    {
        var texts = new string?[values.Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = convert(values[i]);
        return texts;
    }

    // Bytes that are no text, such as an image, are no value.
    private static string? Utf8(ReadOnlyMemory<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes.Span) ? Encoding.UTF8.GetString(bytes.Span) : null;
}
