using Parquet;
using Parquet.Schema;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// Reads a column of a row group into memory of its own. Parquet.Net's comes from a pool uncleared, and where a damaged page has fewer
/// values than levels, what an earlier file left there would pass for this one's.
/// </summary>
internal abstract class ParquetColumn
{
    /// <summary>How much of each value is there; empty where all of it always is.</summary>
    public int[] DefinitionLevels { get; init; } = [];

    /// <summary>At which depth each value goes on; empty where the column holds no lists.</summary>
    public int[] RepetitionLevels { get; init; } = [];

    /// <summary>Whether values of a type can be read. A column of others, such as months and days of an interval, is as good as not there.</summary>
    public static bool CanRead(Type type) => IsPlain(type) || type == typeof(ReadOnlyMemory<char>) || type == typeof(ReadOnlyMemory<byte>)
        || type == typeof(DateTime) || type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(TimeSpan) || type == typeof(Guid);

    /// <summary>Whether values of a type are numbers or truth values.</summary>
    public static bool IsPlain(Type type) => type == typeof(bool) || type == typeof(decimal) || type.IsPrimitive;

    /// <summary>The column's values and levels.</summary>
    /// <exception cref="NotSupportedException">Its values <see cref="CanRead">cannot be read</see>.</exception>
    public static ParquetColumn Read(ParquetRowGroupReader reader, DataField field) => field.ClrType switch
    {
        var t when t == typeof(ReadOnlyMemory<char>) => Read<ReadOnlyMemory<char>>(reader, field),
        var t when t == typeof(ReadOnlyMemory<byte>) => Read<ReadOnlyMemory<byte>>(reader, field),
        var t when t == typeof(bool) => Read<bool>(reader, field),
        var t when t == typeof(sbyte) => Read<sbyte>(reader, field),
        var t when t == typeof(byte) => Read<byte>(reader, field),
        var t when t == typeof(short) => Read<short>(reader, field),
        var t when t == typeof(ushort) => Read<ushort>(reader, field),
        var t when t == typeof(int) => Read<int>(reader, field),
        var t when t == typeof(uint) => Read<uint>(reader, field),
        var t when t == typeof(long) => Read<long>(reader, field),
        var t when t == typeof(ulong) => Read<ulong>(reader, field),
        var t when t == typeof(float) => Read<float>(reader, field),
        var t when t == typeof(double) => Read<double>(reader, field),
        var t when t == typeof(decimal) => Read<decimal>(reader, field),
        var t when t == typeof(DateTime) => Read<DateTime>(reader, field),
        var t when t == typeof(DateOnly) => Read<DateOnly>(reader, field),
        var t when t == typeof(TimeOnly) => Read<TimeOnly>(reader, field),
        var t when t == typeof(TimeSpan) => Read<TimeSpan>(reader, field),
        var t when t == typeof(Guid) => Read<Guid>(reader, field),
        var t => throw new NotSupportedException($"A column of {t.Name} serves neither as text nor as label."),
    };

    private static ParquetColumn<T> Read<T>(ParquetRowGroupReader reader, DataField field)
        where T : struct
    {
        var count = checked((int)reader.GetMetadata(field)!.MetaData!.NumValues);
        var values = new T[count];
        var column = new ParquetColumn<T>(values)
        {
            DefinitionLevels = new int[field.MaxDefinitionLevel > 0 ? count : 0],
            RepetitionLevels = new int[field.MaxRepetitionLevel > 0 ? count : 0],
        };
        reader.ReadRawAsync<T>(field, values, Levels(column.DefinitionLevels, field.MaxDefinitionLevel), Levels(column.RepetitionLevels, field.MaxRepetitionLevel)).AsTask().GetAwaiter().GetResult();
        return column;

        static Memory<int>? Levels(int[] levels, int deepest) => deepest == 0 ? (Memory<int>?)null : levels.AsMemory();
    }
}

/// <summary>With its values, those that are there one after the other.</summary>
internal sealed class ParquetColumn<T>(T[] values) : ParquetColumn
{
    public T[] Values => values;
}
