using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>
/// Checks a Parquet file's metadata before a reader trusts it: that it is well-formed, and that what it says about lengths and counts
/// can be so in a file of this size. A damaged length would otherwise be allocated, or looped over.
/// </summary>
internal sealed class ParquetGuard
{
    // What a file may honestly have, whatever its size, and for each of its bytes: equal values pack to almost nothing.
    private const long ValuesOfAnyFile = 100_000;
    private const long ValuesInByte = 64;
    private const long UnpackedOfAnyPage = 1 << 20;
    private const long UnpackedInByte = 1_100;
    private const int LongestPageHeader = 1 << 16;
    private const int LongestPath = 1_000;
    private const int Snappy = 1;
    private const int Gzip = 2;
    private const int Brotli = 4;

    private readonly Stream _content;
    private readonly ThriftStruct _footer;
    private readonly List<string> _leaves;

    /// <summary>Reads and checks the footer.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public ParquetGuard(Stream content)
    {
        _content = content;
        var tail = new byte[8];
        if (content.Length < 12)
            throw new InvalidDataException("The file is too short.");
        ReadAt(content.Length - 8, tail);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail.AsSpan(4).SequenceEqual("PAR1"u8) || length > content.Length - 12)
            throw new InvalidDataException("The file does not end as a Parquet file does.");
        var footer = new byte[length];
        ReadAt(content.Length - 8 - length, footer);
        _footer = ThriftStruct.Read(footer, out var used);
        if (used != length)
            throw new InvalidDataException("The footer does not fill its length.");
        ParquetShape.Check(_footer, "FileMetaData");
        _leaves = Leaves([.. _footer.List(2).Items.OfType<ThriftStruct>()]);
        CheckRowGroups();
    }

    /// <summary>Checks the pages of a row group's columns.</summary>
    /// <returns>Where the pages of each column begin and end, by its path.</returns>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public IReadOnlyDictionary<string, (long From, long To)> CheckRowGroup(int group)
    {
        if (_footer.List(4).Items[group] is not ThriftStruct rows || rows.Number(3) is not (>= 0 and var count))
            throw new InvalidDataException("A row group is damaged.");
        CheckCount(count);
        var pages = new Dictionary<string, (long, long)>();
        foreach (var column in rows.List(1).Items.OfType<ThriftStruct>().Select(c => c.Struct(3)!))
            pages[string.Join('/', column.List(3).Items)] = CheckColumn(column, count);
        return pages;
    }

    // The paths of the columns, in the order of the schema: its elements are a tree, written down parents first.
    private static List<string> Leaves(ThriftStruct[] elements)
    {
        var leaves = new List<string>();
        var at = 1;
        if (elements.Length > 0)
            Walk(elements[0].Number(5) ?? 0, "");
        if (at != elements.Length)
            throw new InvalidDataException("The schema's elements are no tree.");
        return leaves;

        void Walk(long children, string path)
        {
            for (var i = 0L; i < children; i++)
            {
                if (at >= elements.Length || path.Length > LongestPath)
                    throw new InvalidDataException("The schema's elements are no tree.");
                var element = elements[at++];
                // BOOLEAN to FIXED_LEN_BYTE_ARRAY; REQUIRED, OPTIONAL, REPEATED.
                if (!Within(element.Number(1), 7) || !Within(element.Number(3), 2))
                    throw new InvalidDataException("A column's type is none that there is.");
                var own = $"{path}/{element.Text(4)}";
                if (element.Number(5) is > 0 and var grandchildren)
                    Walk(grandchildren, own);
                else if (element.Number(1) is null)
                    throw new InvalidDataException($"The column '{own}' has no type.");
                else
                    leaves.Add(own);
            }
        }
    }

    private void CheckRowGroups()
    {
        foreach (var group in _footer.List(4).Items.OfType<ThriftStruct>())
        {
            var columns = group.List(1).Items.OfType<ThriftStruct>().Select(c => string.Concat(c.Struct(3)!.List(3).Items.Select(part => $"/{part}")));
            if (!columns.SequenceEqual(_leaves))
                throw new InvalidDataException("A row group has other columns than the schema.");
        }
    }

    private (long From, long To) CheckColumn(ThriftStruct column, long rows)
    {
        var values = column.Number(5) ?? 0;
        CheckCount(values);
        if (column.List(3).Items.Count == 1 && values != rows)
            throw new InvalidDataException($"A column has {values} values for {rows} rows.");
        var at = column.Number(9) ?? 0;
        if (column.Number(11) is > 0 and var dictionary)
            at = Math.Min(at, dictionary);
        var from = at;
        var end = at + (column.Number(7) ?? -1);
        if (at < 4 || end < at || end > _content.Length || !Within(column.Number(6), long.MaxValue))
            throw new InvalidDataException("A column lies outside of the file.");
        var header = new byte[LongestPageHeader];
        long read = 0;
        while (read < values)
        {
            if (at >= end)
                throw new InvalidDataException("A page lies outside of its column.");
            var bytes = ReadAt(at, header);
            var page = ThriftStruct.Read(bytes, out var length);
            ParquetShape.Check(page, "PageHeader");
            read += CheckPage(page, end - at - length);
            if (column.Number(4) == 0 && page.Number(2) != page.Number(3))
                throw new InvalidDataException("A page that is not packed has two lengths.");
            if (column.Number(4) == Snappy)
                CheckSnappy(page, at + length);
            else if (column.Number(4) is Gzip or Brotli)
                CheckStream(page, at + length, column.Number(4) == Gzip);
            at += length + page.Number(3)!.Value;
        }

        if (read != values)
            throw new InvalidDataException($"A column has {read} values instead of {values}.");
        return (from, at);
    }

    // The values in a page; none in a dictionary.
    private long CheckPage(ThriftStruct page, long left)
    {
        if (page.Number(2) is not (>= 0 and var unpacked) || page.Number(3) is not (>= 0 and var packed) || packed > left
            || unpacked > Math.Max(UnpackedOfAnyPage, packed * UnpackedInByte))
        {
            throw new InvalidDataException("A page has a length that cannot be.");
        }

        if (page.Struct(7) is { } dictionary)
            return CheckCount(dictionary.Number(1) ?? -1) * 0;
        var data = page.Struct(5) ?? page.Struct(8) ?? throw new InvalidDataException("A page is of no known kind.");
        // Readers wait for ever for the values of a page that has none.
        var count = CheckCount(data.Number(1) is 0 or null ? -1 : data.Number(1)!.Value);
        if (page.Struct(8) is not null && (!Within(data.Number(5), packed) || !Within(data.Number(6), packed) || !Within(data.Number(2), count)))
            throw new InvalidDataException("A page has levels that cannot be.");
        return count;
    }

    // Snappy's data begins with the length that it unpacks to, which readers allocate. Levels stand unpacked before it.
    private void CheckSnappy(ThriftStruct page, long at)
    {
        var levels = Levels(page);
        if (page.Struct(8)?.Flag(7) == false || page.Number(3) == levels)
            return;
        var bytes = ReadAt(at + levels, new byte[5]);
        long length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            length |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
                break;
        }

        if (length > page.Number(2))
            throw new InvalidDataException("A page unpacks to more than it says.");
    }

    // Readers wait for ever for what a page does not unpack to, so it is unpacked here first.
    private void CheckStream(ThriftStruct page, long at, bool isGzip)
    {
        var levels = Levels(page);
        if (page.Struct(8)?.Flag(7) == false || page.Number(3) == levels)
            return;
        var packed = new byte[page.Number(3)!.Value - levels];
        ReadAt(at + levels, packed);
        using var content = new MemoryStream(packed);
        using Stream unpacking = isGzip ? new GZipStream(content, CompressionMode.Decompress) : new BrotliStream(content, CompressionMode.Decompress);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            var missing = page.Number(2)!.Value - levels;
            for (var read = -1; read != 0 && missing >= 0; missing -= read)
                read = unpacking.Read(buffer);
            if (missing != 0)
                throw new InvalidDataException("A page does not unpack to what it says.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Levels(ThriftStruct page) =>
        page.Struct(8) is { } second ? (second.Number(5) ?? 0) + (second.Number(6) ?? 0) : 0;

    private static bool Within(long? value, long most) => value is null || (value >= 0 && value <= most);

    private long CheckCount(long values) =>
        values >= 0 && values <= Math.Max(ValuesOfAnyFile, _content.Length * ValuesInByte)
            ? values
            : throw new InvalidDataException($"{values} values cannot be in a file of {_content.Length} bytes.");

    private ReadOnlySpan<byte> ReadAt(long at, byte[] buffer)
    {
        _content.Position = at;
        return buffer.AsSpan(0, _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }
}
