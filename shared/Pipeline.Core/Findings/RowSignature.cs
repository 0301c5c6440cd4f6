using System.Buffers.Binary;

namespace Pipeline.Core.Findings;

/// <summary>What is written of each row to find near copies of it: 96 bytes, whatever the text's length.</summary>
public static class RowSignature
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = MinHash.Bytes + 32;

    /// <summary>Writes a record; one without words has a signature of zeros and the text hash 0.</summary>
    internal static void Write(Span<byte> record, ReadOnlySpan<uint> words, ulong textHash, ulong labels, long line, long number)
    {
        if (words.IsEmpty)
            record[..MinHash.Bytes].Clear();
        else
            MinHash.Write(words, record);
        BinaryPrimitives.WriteUInt64LittleEndian(record[MinHash.Bytes..], words.IsEmpty ? 0 : textHash);
        BinaryPrimitives.WriteUInt64LittleEndian(record[(MinHash.Bytes + 8)..], labels);
        BinaryPrimitives.WriteInt64LittleEndian(record[(MinHash.Bytes + 16)..], line);
        BinaryPrimitives.WriteInt64LittleEndian(record[(MinHash.Bytes + 24)..], number);
    }

    /// <summary>The hash of the row's text; 0 where it has no words.</summary>
    internal static ulong TextHash(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[MinHash.Bytes..]);

    /// <summary>The hash of the row's labels.</summary>
    internal static ulong Labels(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[(MinHash.Bytes + 8)..]);

    /// <summary>The row's line.</summary>
    internal static long Line(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[(MinHash.Bytes + 16)..]);

    /// <summary>The row's number.</summary>
    internal static long Number(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[(MinHash.Bytes + 24)..]);

    /// <summary>The 48 bits of a band as a number.</summary>
    internal static ulong Band(ReadOnlySpan<byte> record, int band) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[(band * NearDuplicates.BytesInBand)..]) & 0xFFFF_FFFF_FFFF;
}
