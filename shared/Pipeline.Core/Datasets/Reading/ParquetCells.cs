using System.Globalization;
using System.Text;
using Parquet.Data;
using Parquet.Schema;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>The values of a Parquet column as cells, put together from its definition and repetition levels.</summary>
internal static class ParquetCells
{
    /// <summary>One cell a row; lists where the column is one.</summary>
    public static Cell[] Of(DataField field, RawColumnData data)
    {
        var texts = Texts(data);
        if (field.MaxRepetitionLevel == 0)
            return Plain(field, data, texts);
        return field.MaxRepetitionLevel == 1 ? Lists(field, data, texts)
            : throw new NotSupportedException($"The column '{field.Path}' holds lists of lists.");
    }

    private static Cell[] Plain(DataField field, RawColumnData data, string?[] texts)
    {
        if (field.MaxDefinitionLevel == 0)
            return Array.ConvertAll(texts, t => new Cell(t));
        var levels = data.DefinitionLevels;
        var cells = new Cell[levels.Length];
        for (int i = 0, next = 0; i < levels.Length; i++)
            cells[i] = levels[i] == field.MaxDefinitionLevel ? new Cell(texts[next++]) : default;
        return cells;
    }

    private static Cell[] Lists(DataField field, RawColumnData data, string?[] texts)
    {
        var repetitions = data.RepetitionLevels;
        var definitions = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels : default;
        var cells = new List<Cell>();
        List<string>? list = null;
        for (int i = 0, next = 0; i < repetitions.Length; i++)
        {
            var level = definitions.IsEmpty ? field.MaxDefinitionLevel : definitions[i];
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

    private static string?[] Texts(RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> d => Convert(d.Values, v => new string(v.Span)),
        RawColumnData<ReadOnlyMemory<byte>> d => Convert(d.Values, Utf8),
        RawColumnData<bool> d => Convert(d.Values, v => v ? "true" : "false"),
        RawColumnData<sbyte> d => Numbers(d.Values),
        RawColumnData<byte> d => Numbers(d.Values),
        RawColumnData<short> d => Numbers(d.Values),
        RawColumnData<ushort> d => Numbers(d.Values),
        RawColumnData<int> d => Numbers(d.Values),
        RawColumnData<uint> d => Numbers(d.Values),
        RawColumnData<long> d => Numbers(d.Values),
        RawColumnData<ulong> d => Numbers(d.Values),
        RawColumnData<float> d => Numbers(d.Values),
        RawColumnData<double> d => Numbers(d.Values),
        RawColumnData<decimal> d => Numbers(d.Values),
        // Times and the like are neither text nor label.
        _ => throw new NotSupportedException($"A column of {data.GetType().GenericTypeArguments.FirstOrDefault()?.Name} serves neither as text nor as label."),
    };

    private static string?[] Numbers<T>(ReadOnlySpan<T> values) where T : IFormattable =>
        Convert(values, v => v.ToString(null, CultureInfo.InvariantCulture));

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
