using Pipeline.Core.Datasets.Rows;

namespace Pipeline.Core.Findings;

/// <summary>Where a part's signatures lie, as <see cref="RowInspector"/> wrote them.</summary>
/// <param name="Content">The file; it stays open.</param>
/// <param name="Offset">The first byte of the first record.</param>
/// <param name="Place">Where the part lies in its dataset.</param>
public sealed record SignatureFile(FileStream Content, long Offset, PartPlace Place);

/// <summary>The records of all signature files as one list.</summary>
internal sealed class SignatureRows
{
    private const int RecordsInBuffer = 1_000;

    private readonly List<(SignatureFile Part, long First, long Count)> _parts = [];

    /// <summary>Takes the files.</summary>
    public SignatureRows(IReadOnlyList<SignatureFile> files)
    {
        foreach (var file in files)
        {
            file.Content.Flush();
            var rows = (file.Content.Length - file.Offset) / RowSignature.Size;
            _parts.Add((file, Count, rows));
            Count += rows;
        }
    }

    /// <summary>Number of records.</summary>
    public long Count { get; }

    /// <summary>All records in order; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Records()
    {
        var buffer = new byte[RecordsInBuffer * RowSignature.Size];
        foreach (var (part, _, count) in _parts)
        {
            for (long row = 0; row < count; row += RecordsInBuffer)
            {
                var rows = (int)Math.Min(RecordsInBuffer, count - row);
                Fill(part, buffer.AsSpan(0, rows * RowSignature.Size), row);
                for (var i = 0; i < rows; i++)
                    yield return buffer.AsMemory(i * RowSignature.Size, RowSignature.Size);
            }
        }
    }

    /// <summary>Reads one record.</summary>
    /// <returns>The part that it is in.</returns>
    public SignatureFile Read(long row, Span<byte> record)
    {
        var (part, first, _) = _parts.FindLast(p => p.First <= row && p.Count > 0);
        Fill(part, record, row - first);
        return part;
    }

    private static void Fill(SignatureFile part, Span<byte> buffer, long row)
    {
        var offset = part.Offset + (row * RowSignature.Size);
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(part.Content.SafeFileHandle, buffer, offset);
            if (read == 0)
                throw new EndOfStreamException("A signature file is shorter than it was.");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
