namespace Pipeline.Core.Tokenization;

/// <summary>A byte of flags for every character of Unicode, in pages that are shared where they are the same.</summary>
internal sealed class CodePointTable
{
    private const int PageBits = 8;

    private readonly ushort[] _pages = new ushort[0x110000 >> PageBits];
    private readonly byte[] _flags;

    /// <param name="flags">One for each of the 0x110000 characters.</param>
    public CodePointTable(ReadOnlySpan<byte> flags)
    {
        var distinct = new List<byte[]>();
        for (var page = 0; page < _pages.Length; page++)
        {
            var own = flags.Slice(page << PageBits, 1 << PageBits);
            var same = 0;
            while (same < distinct.Count && !own.SequenceEqual(distinct[same]))
                same++;
            if (same == distinct.Count)
                distinct.Add(own.ToArray());
            _pages[page] = (ushort)same;
        }

        _flags = [.. distinct.SelectMany(p => p)];
    }

    /// <summary>The flags of a character.</summary>
    public byte this[int codePoint] => _flags[(_pages[codePoint >> PageBits] << PageBits) | (codePoint & ((1 << PageBits) - 1))];
}
