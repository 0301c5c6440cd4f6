using Parquet;
using Parquet.Schema;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// Reads a column of a row group into memory of its own. Parquet.Net's comes from a pool uncleared, and where a damaged page has fewer
/// values than levels, what an earlier file left there would pass for this one's.
/// </summary>
internal abstract class ParquetColumn
{
    private static readonly Dictionary<Type, Func<ParquetRowGroupReader, DataField, ParquetColumn>> Readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = Read<ReadOnlyMemory<char>>,
        [typeof(ReadOnlyMemory<byte>)] = Read<ReadOnlyMemory<byte>>,
        [typeof(bool)] = Read<bool>,
        [typeof(sbyte)] = Read<sbyte>,
        [typeof(byte)] = Read<byte>,
        [typeof(short)] = Read<short>,
        [typeof(ushort)] = Read<ushort>,
        [typeof(int)] = Read<int>,
        [typeof(uint)] = Read<uint>,
        [typeof(long)] = Read<long>,
        [typeof(ulong)] = Read<ulong>,
        [typeof(float)] = Read<float>,
        [typeof(double)] = Read<double>,
        [typeof(decimal)] = Read<decimal>,
        [typeof(DateTime)] = Read<DateTime>,
        [typeof(DateOnly)] = Read<DateOnly>,
        [typeof(TimeOnly)] = Read<TimeOnly>,
        [typeof(TimeSpan)] = Read<TimeSpan>,
        [typeof(Guid)] = Read<Guid>,
    };

    /// <summary>How much of each value is there; empty where all of it always is.</summary>
    public int[] DefinitionLevels { get; init; } = [];

    /// <summary>At which depth each value goes on; empty where the column holds no lists.</summary>
    public int[] RepetitionLevels { get; init; } = [];

    /// <summary>Whether values of a type can be read. A column of others, such as months and days of an interval, is as good as not there.</summary>
    public static bool CanRead(Type type) => Readers.ContainsKey(type);

    /// <summary>Whether values of a type are numbers or truth values.</summary>
    public static bool IsPlain(Type type) => type == typeof(decimal) || type.IsPrimitive;

    /// <summary>The column's values and levels.</summary>
    /// <exception cref="KeyNotFoundException">Its values <see cref="CanRead">cannot be read</see>.</exception>
    public static ParquetColumn Read(ParquetRowGroupReader reader, DataField field) => Readers[field.ClrType](reader, field);

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
