using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Core.Protobuf;

/// <summary>
/// Writes one protobuf message field by field, by the field numbers of its schema. Repeated numbers are written one by one,
/// which every reader of the format takes.
/// </summary>
public sealed class ProtoMessage
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5; // wire types

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds an <c>int32</c>, <c>int64</c> or enum.</summary>
    public ProtoMessage Integer(int field, long value)
    {
        Tag(field, Varint);
        Variable((ulong)value);
        return this;
    }

    /// <summary>Adds a repeated <c>int64</c>.</summary>
    public ProtoMessage Integers(int field, IEnumerable<long> values)
    {
        foreach (long value in values) Integer(field, value);
        return this;
    }

    /// <summary>Adds a <c>float</c>.</summary>
    public ProtoMessage Real(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    /// <summary>Adds a <c>double</c>.</summary>
    public ProtoMessage Double(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    /// <summary>Adds a <c>string</c>.</summary>
    public ProtoMessage Text(int field, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Head(field, text.Length);
        _bytes.Write(text);
        return this;
    }

    /// <summary>Adds a repeated <c>string</c>.</summary>
    public ProtoMessage Texts(int field, IEnumerable<string> values)
    {
        foreach (string value in values) Text(field, value);
        return this;
    }

    /// <summary>Adds a message.</summary>
    public ProtoMessage Message(int field, ProtoMessage message)
    {
        Head(field, message.Bytes.Length);
        _bytes.Write(message.Bytes);
        return this;
    }

    /// <summary>The head of a field whose <paramref name="length"/> bytes follow.</summary>
    public ProtoMessage Head(int field, long length)
    {
        Tag(field, LengthDelimited);
        Variable((ulong)length);
        return this;
    }

    private void Tag(int field, int wireType) => Variable((ulong)(field << 3 | wireType));

    // Seven bits a byte, lowest first; the eighth says that more follow.
    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
