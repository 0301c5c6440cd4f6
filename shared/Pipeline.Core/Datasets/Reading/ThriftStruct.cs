using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// A structure in Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md),
/// read with every length checked against the bytes that are there.
/// </summary>
internal sealed class ThriftStruct
{
    private const int DeepestStruct = 16;

    private readonly Dictionary<int, (ThriftType Type, object Value)> _fields = [];

    /// <summary>The ids and types of the fields.</summary>
    public IEnumerable<(int Id, ThriftType Type)> Fields => _fields.Select(f => (f.Key, f.Value.Type));

    /// <summary>A number; null where there is none.</summary>
    public long? Number(int id) => _fields.TryGetValue(id, out var field) && field.Value is long number ? number : null;

    /// <summary>A truth value; null where there is none.</summary>
    public bool? Flag(int id) => _fields.TryGetValue(id, out var field) && field.Value is bool flag ? flag : null;

    /// <summary>A text; null where there is none.</summary>
    public string? Text(int id) => _fields.TryGetValue(id, out var field) ? field.Value as string : null;

    /// <summary>A structure; null where there is none.</summary>
    public ThriftStruct? Struct(int id) => _fields.TryGetValue(id, out var field) ? field.Value as ThriftStruct : null;

    /// <summary>The items of a list; none where there is no list.</summary>
    public (ThriftType Type, IReadOnlyList<object> Items) List(int id) =>
        _fields.TryGetValue(id, out var field) && field.Value is ValueTuple<ThriftType, IReadOnlyList<object>> list ? list : (ThriftType.Stop, []);

    /// <summary>Reads a structure.</summary>
    /// <param name="bytes">Begins with it.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="InvalidDataException">It is not well-formed.</exception>
    public static ThriftStruct Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var at = 0;
        var read = Read(bytes, ref at, 0);
        length = at;
        return read;
    }

    private static ThriftStruct Read(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        if (depth > DeepestStruct)
            throw new InvalidDataException("The metadata is nested too deep.");
        var read = new ThriftStruct();
        var id = 0;
        while (true)
        {
            var header = Byte(bytes, ref at);
            var type = (ThriftType)(header & 15);
            if (header == 0)
                return read;
            id = header >> 4 == 0 ? Id(Zigzag(bytes, ref at)) : id + (header >> 4);
            // Of a boolean field the type is the value.
            var value = (type, type is ThriftType.True or ThriftType.False ? type == ThriftType.True : Value(bytes, ref at, type, depth));
            if (!read._fields.TryAdd(id, value))
                throw new InvalidDataException("The metadata has a field twice.");
        }
    }

    private static int Id(long number) =>
        number is >= short.MinValue and <= short.MaxValue ? (int)number : throw new InvalidDataException("The metadata has a field of no valid number.");

    private static object Value(ReadOnlySpan<byte> bytes, ref int at, ThriftType type, int depth)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False or ThriftType.Byte:
                return (long)Byte(bytes, ref at);
            case ThriftType.Short or ThriftType.Int:
                return Zigzag(bytes, ref at) is >= int.MinValue and <= int.MaxValue and var number
                    ? number : throw new InvalidDataException("A number in the metadata is too large.");
            case ThriftType.Long:
                return Zigzag(bytes, ref at);
            case ThriftType.Double:
                Take(bytes, ref at, 8);
                return 0.0;
            case ThriftType.Binary:
                return Encoding.UTF8.GetString(Take(bytes, ref at, Varint(bytes, ref at)));
            case ThriftType.List or ThriftType.Set:
                return List(bytes, ref at, depth);
            case ThriftType.Struct:
                return Read(bytes, ref at, depth + 1);
            default:
                throw new InvalidDataException($"The metadata has a field of type {(int)type}.");
        }
    }

    private static object List(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        var header = Byte(bytes, ref at);
        var type = (ThriftType)(header & 15);
        var count = header >> 4 == 15 ? Varint(bytes, ref at) : (ulong)(header >> 4);
        // An item takes a byte at least.
        if (count > (ulong)(bytes.Length - at))
            throw new InvalidDataException("A list in the metadata is longer than the metadata.");
        var items = new List<object>();
        for (var i = 0UL; i < count; i++)
            items.Add(Value(bytes, ref at, type, depth + 1));
        return (type, (IReadOnlyList<object>)items);
    }

    private static byte Byte(ReadOnlySpan<byte> bytes, ref int at) =>
        at < bytes.Length ? bytes[at++] : throw new InvalidDataException("The metadata is cut off.");

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, ulong count)
    {
        if (count > (ulong)(bytes.Length - at))
            throw new InvalidDataException("The metadata is cut off.");
        at += (int)count;
        return bytes.Slice(at - (int)count, (int)count);
    }

    private static long Zigzag(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = Varint(bytes, ref at);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = Byte(bytes, ref at);
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException("A number in the metadata is too long.");
    }
}
