using System.Buffers.Binary;
using System.Numerics;

namespace Pipeline.Trainer.TensorBoard;

/// <summary>
/// TensorFlow's framing of records: length (uint64), its checksum (uint32), data, its checksum, all little-endian. The checksum is
/// CRC-32C, masked because a checksum of data that holds checksums is weak (<c>tensorflow/core/lib/io/record_writer.h</c>).
/// </summary>
internal static class TfRecord
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Frames a record.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        const int head = sizeof(ulong) + sizeof(uint);
        var record = new byte[head + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Mask(Crc32C(record.AsSpan(0, sizeof(ulong)))));
        data.CopyTo(record.AsSpan(head));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(head + data.Length), Mask(Crc32C(data)));
        return record;
    }

    /// <summary>CRC-32C (Castagnoli; RFC 3720, B.4).</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;
}
