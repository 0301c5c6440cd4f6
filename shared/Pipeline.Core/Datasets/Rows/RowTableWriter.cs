using System.Buffers;
using System.Buffers.Binary;

namespace Pipeline.Core.Datasets.Rows;

/// <summary>
/// Writes down what the join needs of each row (hash of its text, labels, place), in sections by hash, so that copies of
/// a text stand in the same section of every part and one section after another fits into memory. Holds a few megabytes.
/// </summary>
public sealed class RowTableWriter : IDisposable
{
    /// <summary>Sections of a table. Section s holds the hashes whose top six bits are s, so sections are in the order of hashes.</summary>
    public const int Sections = 64;

    // With 64 sections, 8 MiB at most are held back.
    private const int BufferedBytes = 131_072;

    private readonly ArrayBufferWriter<byte>[] _buffers = new ArrayBufferWriter<byte>[Sections];
    private readonly List<(long Offset, int Length)>[] _spilled = new List<(long, int)>[Sections];
    private readonly FileStream _file = ScratchFile.Create();

    /// <summary>A table without rows.</summary>
    public RowTableWriter()
    {
        for (var i = 0; i < Sections; i++)
            (_buffers[i], _spilled[i]) = (new ArrayBufferWriter<byte>(), []);
    }

    /// <summary>Adds a row. Rows come in the order of their numbers.</summary>
    /// <param name="textHash">See <see cref="TextHash"/>.</param>
    /// <param name="number">Number of the row in its part.</param>
    /// <param name="line">Line of the row in its part.</param>
    /// <param name="given">The split that the dataset puts the row into.</param>
    /// <param name="labels">Label ids of the part's <see cref="LabelTable"/>; of a regression the bits of the target.</param>
    public void Add(ulong textHash, long number, long line, Split? given, ReadOnlySpan<int> labels)
    {
        var section = (int)(textHash >> 58);
        var buffer = _buffers[section];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(8), textHash);
        buffer.Advance(8);
        Write(buffer, (ulong)number);
        Write(buffer, (ulong)line);
        // Split and number of labels share a byte where there are few labels.
        Write(buffer, (ulong)labels.Length << 2 | (given is { } split ? (ulong)split + 1 : 0));
        foreach (var label in labels)
            Write(buffer, (uint)label);
        if (buffer.WrittenCount >= BufferedBytes)
            Spill(section);
    }

    /// <summary>Writes the sections one after the other.</summary>
    /// <returns>The length of each in bytes.</returns>
    public IReadOnlyList<long> CopyTo(Stream output)
    {
        var lengths = new long[Sections];
        var chunk = new byte[BufferedBytes + 4096];
        for (var section = 0; section < Sections; section++)
        {
            foreach (var (offset, length) in _spilled[section])
            {
                if (chunk.Length < length)
                    chunk = new byte[length];
                _file.Position = offset;
                _file.ReadExactly(chunk, 0, length);
                output.Write(chunk, 0, length);
                lengths[section] += length;
            }

            output.Write(_buffers[section].WrittenSpan);
            lengths[section] += _buffers[section].WrittenCount;
        }

        return lengths;
    }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose() => _file.Dispose();

    private void Spill(int section)
    {
        var buffer = _buffers[section];
        _file.Position = _file.Length;
        _spilled[section].Add((_file.Position, buffer.WrittenCount));
        _file.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    // LEB128.
    private static void Write(ArrayBufferWriter<byte> buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }
}
