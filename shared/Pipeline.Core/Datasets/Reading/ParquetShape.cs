namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// The types of the fields in Parquet's metadata (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
/// A reader that takes a field for what it should be reads on at the wrong place where it is something else, and may never end.
/// </summary>
internal static class ParquetShape
{
    private const string Struct = "struct ";
    private const string List = "list ";

    // Field ids with types, by structure. Encryption is left out: it cannot be read.
    private static readonly Dictionary<string, Dictionary<int, string>> Shapes = new()
    {
        ["FileMetaData"] = new() { [1] = "int", [2] = "list SchemaElement", [3] = "long", [4] = "list RowGroup", [5] = "list KeyValue", [6] = "binary", [7] = "list ColumnOrder" },
        ["SchemaElement"] = new() { [1] = "int", [2] = "int", [3] = "int", [4] = "binary", [5] = "int", [6] = "int", [7] = "int", [8] = "int", [9] = "int", [10] = "struct LogicalType" },
        ["LogicalType"] = new() { [1] = "struct Empty", [2] = "struct Empty", [3] = "struct Empty", [4] = "struct Empty", [5] = "struct Decimal", [6] = "struct Empty", [7] = "struct Time", [8] = "struct Time", [10] = "struct Integer", [11] = "struct Empty", [12] = "struct Empty", [13] = "struct Empty", [14] = "struct Empty", [15] = "struct Empty" },
        ["Empty"] = [],
        ["Decimal"] = new() { [1] = "int", [2] = "int" },
        ["Time"] = new() { [1] = "bool", [2] = "struct TimeUnit" },
        ["TimeUnit"] = new() { [1] = "struct Empty", [2] = "struct Empty", [3] = "struct Empty" },
        ["Integer"] = new() { [1] = "byte", [2] = "bool" },
        ["KeyValue"] = new() { [1] = "binary", [2] = "binary" },
        ["ColumnOrder"] = new() { [1] = "struct Empty" },
        ["RowGroup"] = new() { [1] = "list ColumnChunk", [2] = "long", [3] = "long", [4] = "list SortingColumn", [5] = "long", [6] = "long", [7] = "short" },
        ["SortingColumn"] = new() { [1] = "int", [2] = "bool", [3] = "bool" },
        ["ColumnChunk"] = new() { [1] = "binary", [2] = "long", [3] = "struct ColumnMetaData", [4] = "long", [5] = "int", [6] = "long", [7] = "int" },
        ["ColumnMetaData"] = new() { [1] = "int", [2] = "list int", [3] = "list binary", [4] = "int", [5] = "long", [6] = "long", [7] = "long", [8] = "list KeyValue", [9] = "long", [10] = "long", [11] = "long", [12] = "struct Statistics", [13] = "list EncodingStats", [14] = "long", [15] = "int", [16] = "struct SizeStatistics" },
        ["Statistics"] = new() { [1] = "binary", [2] = "binary", [3] = "long", [4] = "long", [5] = "binary", [6] = "binary", [7] = "bool", [8] = "bool" },
        ["SizeStatistics"] = new() { [1] = "long", [2] = "list long", [3] = "list long" },
        ["EncodingStats"] = new() { [1] = "int", [2] = "int", [3] = "int" },
        ["PageHeader"] = new() { [1] = "int", [2] = "int", [3] = "int", [4] = "int", [5] = "struct DataPage", [6] = "struct Empty", [7] = "struct DictionaryPage", [8] = "struct DataPage2" },
        ["DataPage"] = new() { [1] = "int", [2] = "int", [3] = "int", [4] = "int", [5] = "struct Statistics" },
        ["DictionaryPage"] = new() { [1] = "int", [2] = "int", [3] = "bool" },
        ["DataPage2"] = new() { [1] = "int", [2] = "int", [3] = "int", [4] = "int", [5] = "int", [6] = "int", [7] = "bool", [8] = "struct Statistics" },
    };

    // Readers rely on these to be there.
    private static readonly Dictionary<string, int[]> Required = new()
    {
        ["FileMetaData"] = [1, 2, 3, 4],
        ["SchemaElement"] = [4],
        ["KeyValue"] = [1],
        ["RowGroup"] = [1, 2, 3],
        ["ColumnChunk"] = [2, 3],
        ["ColumnMetaData"] = [1, 2, 3, 4, 5, 6, 7, 9],
        ["PageHeader"] = [1, 2, 3],
        ["DataPage"] = [1, 2, 3, 4],
        ["DictionaryPage"] = [1, 2],
        ["DataPage2"] = [1, 2, 3, 4, 5, 6],
    };

    /// <summary>Checks a structure and all below it.</summary>
    /// <exception cref="InvalidDataException">A field is missing, or has a type that it must not have.</exception>
    public static void Check(ThriftStruct value, string name)
    {
        var shape = Shapes[name];
        var there = value.Fields.Select(f => f.Id).ToHashSet();
        if (Required.TryGetValue(name, out var required) && required.Any(id => !there.Contains(id)))
            throw new InvalidDataException($"{name} lacks the field {required.First(id => !there.Contains(id))}.");
        foreach (var (id, type) in value.Fields)
        {
            var fits = shape.GetValueOrDefault(id, "none") switch
            {
                "none" => false,
                var expected when expected.StartsWith(Struct, StringComparison.Ordinal) => type == ThriftType.Struct,
                var expected when expected.StartsWith(List, StringComparison.Ordinal) => type == ThriftType.List,
                var expected => IsScalar(type, expected),
            };
            if (!fits)
                throw new InvalidDataException($"The field {id} of {name} is of type {type}.");
            if (type == ThriftType.Struct)
                Check(value.Struct(id)!, shape[id][Struct.Length..]);
            else if (type == ThriftType.List)
                CheckList(value.List(id), shape[id][List.Length..], name);
        }
    }

    private static void CheckList((ThriftType Type, IReadOnlyList<object> Items) list, string item, string name)
    {
        if (list.Items.Count > 0 && !(Shapes.ContainsKey(item) ? list.Type == ThriftType.Struct : IsScalar(list.Type, item)))
            throw new InvalidDataException($"A list of {name} holds {list.Type}.");
        foreach (var child in list.Items.OfType<ThriftStruct>())
            Check(child, item);
    }

    private static bool IsScalar(ThriftType type, string name) => name switch
    {
        "bool" => type is ThriftType.True or ThriftType.False,
        "byte" => type == ThriftType.Byte,
        "short" => type == ThriftType.Short,
        "int" => type == ThriftType.Int,
        "long" => type == ThriftType.Long,
        _ => type == ThriftType.Binary,
    };
}
