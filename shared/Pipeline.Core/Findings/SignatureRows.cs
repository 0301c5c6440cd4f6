using Microsoft.Win32.SafeHandles;

namespace Pipeline.Core.Findings;

/// <summary>A file that a <see cref="RowInspector"/>'s output was written to.</summary>
/// <param name="Content">The file; its length is a multiple of a record's. It stays open.</param>
/// <param name="File">The dataset's file that the rows are from, where there are several.</param>
public sealed record SignatureFile(FileStream Content, string? File = null);

/// <summary>The records of all signature files as one list.</summary>
internal sealed class SignatureRows
{
    private const int RecordsInBuffer = 1_000;

    private readonly List<(SafeFileHandle Handle, long First, long Count, string? File)> _parts = [];

    /// <summary>Takes the files.</summary>
    public SignatureRows(IReadOnlyList<SignatureFile> files)
    {
        foreach (var file in files)
        {
            file.Content.Flush();
            var handle = file.Content.SafeFileHandle;
            var rows = RandomAccess.GetLength(handle) / RowSignature.Size;
            _parts.Add((handle, Count, rows, file.File));
            Count += rows;
        }
    }

    /// <summary>Number of records.</summary>
    public long Count { get; }

    /// <summary>All records in order; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Records()
    {
        var buffer = new byte[RecordsInBuffer * RowSignature.Size];
        foreach (var (handle, _, count, _) in _parts)
        {
            for (long row = 0; row < count; row += RecordsInBuffer)
            {
                var rows = (int)Math.Min(RecordsInBuffer, count - row);
                Fill(handle, buffer.AsSpan(0, rows * RowSignature.Size), row * RowSignature.Size);
                for (var i = 0; i < rows; i++)
                    yield return buffer.AsMemory(i * RowSignature.Size, RowSignature.Size);
            }
        }
    }

    /// <summary>Reads one record.</summary>
    /// <returns>The dataset's file that the row is from.</returns>
    public string? Read(long row, Span<byte> record)
    {
        var part = _parts.FindLast(p => p.First <= row && p.Count > 0);
        Fill(part.Handle, record, (row - part.First) * RowSignature.Size);
        return part.File;
    }

    private static void Fill(SafeFileHandle handle, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
                throw new EndOfStreamException("A signature file is shorter than it was.");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
