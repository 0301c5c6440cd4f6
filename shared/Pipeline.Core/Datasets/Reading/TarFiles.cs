using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// The files of a tar archive (POSIX.1-2001 and GNU), read forward. No length that the archive names is allocated:
/// a header for a long name is read up to a bound, and what is not wanted is passed over.
/// </summary>
internal sealed class TarFiles(Stream content) : IArchive
{
    private const int BlockLength = 512;
    private const int LongestHeader = 1 << 20;

    private readonly byte[] _block = new byte[BlockLength];
    private readonly byte[] _skipped = new byte[1 << 15];
    private long _left;
    private int _padding;

    /// <inheritdoc/>
    public string Name { get; private set; } = "";

    /// <inheritdoc/>
    public bool Next()
    {
        string? longName = null;
        while (true)
        {
            Skip(_left + _padding);
            (_left, _padding) = (0, 0);
            if (!ReadBlock())
                return false;
            var size = Number(_block.AsSpan(124, 12));
            (_left, _padding) = (size, (int)((BlockLength - size % BlockLength) % BlockLength));
            switch (_block[156])
            {
                case (byte)'L':
                    longName = Text(ReadHeader());
                    break;
                case (byte)'x':
                    longName = PaxPath(ReadHeader()) ?? longName;
                    break;
                case 0 or (byte)'0' or (byte)'7':
                    Name = longName ?? HeaderName();
                    if (!Name.EndsWith('/'))
                        return true;
                    longName = null;
                    break;
                default:
                    longName = null;
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public int ReadContent(Span<byte> buffer)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, _left)];
        if (content.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false) < wanted.Length)
            throw Damaged("It is cut off.");
        _left -= wanted.Length;
        return wanted.Length;
    }

    /// <summary>The content stays its owner's.</summary>
    public void Dispose()
    {
    }

    // False at the end: two blocks of zeros, or nothing at all where they should be.
    private bool ReadBlock()
    {
        var read = content.ReadAtLeast(_block, BlockLength, throwOnEndOfStream: false);
        if (read == 0 || (read == BlockLength && !_block.AsSpan().ContainsAnyExcept((byte)0)))
            return false;
        if (read < BlockLength)
            throw Damaged("It is cut off.");
        // The sum counts its own eight bytes as spaces.
        var sum = 8 * ' ';
        for (var i = 0; i < BlockLength; i++)
            sum += i is >= 148 and < 156 ? 0 : _block[i];
        if (sum != Number(_block.AsSpan(148, 8)))
            throw Damaged("A header's checksum is wrong.");
        return true;
    }

    private byte[] ReadHeader()
    {
        if (_left > LongestHeader)
            throw Damaged("A header is too long.");
        var header = new byte[_left];
        ReadContent(header);
        return header;
    }

    private string HeaderName()
    {
        var name = Text(_block.AsSpan(0, 100));
        var isPosix = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isPosix ? Text(_block.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private void Skip(long count)
    {
        while (count > 0)
        {
            var read = content.Read(_skipped, 0, (int)Math.Min(count, _skipped.Length));
            if (read == 0)
            {
                // Some writers leave the padding of the last file out.
                if (count <= _padding)
                    return;
                throw Damaged("It is cut off.");
            }

            count -= read;
        }
    }

    // Octal digits; where the first bit is set, a big-endian number, as GNU writes large ones.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            var large = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return large >= 0 ? large : throw Damaged("A length is negative.");
        }

        long number = 0;
        foreach (var c in Text(field).Trim())
            number = c is >= '0' and <= '7' ? number * 8 + (c - '0') : throw Damaged("A number in a header is none.");
        return number;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // Records of "length key=value\n".
    private static string? PaxPath(ReadOnlySpan<byte> header)
    {
        string? path = null;
        while (header.IndexOf((byte)' ') is > 0 and var space
            && int.TryParse(header[..space], out var length) && length > space && length <= header.Length)
        {
            var record = header[(space + 1)..length];
            if (record.StartsWith("path="u8))
                path = Text(record[5..].TrimEnd((byte)'\n'));
            header = header[length..];
        }

        return path;
    }

    private static DatasetRejectedException Damaged(string what) => new(FindingKind.DamagedArchive, what);
}
