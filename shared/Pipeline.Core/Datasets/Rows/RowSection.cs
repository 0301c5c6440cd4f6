using System.Buffers.Binary;

namespace Pipeline.Core.Datasets.Rows;

/// <summary>A row as the join sees it.</summary>
/// <param name="TextHash">Copies of a text have the same.</param>
/// <param name="Part">The part it stands in.</param>
/// <param name="Number">Its number in the part.</param>
/// <param name="Line">Its line in the part.</param>
/// <param name="Given">The split the dataset puts it into.</param>
/// <param name="LabelStart">Where its labels begin in <see cref="RowSection.Labels"/>.</param>
/// <param name="LabelCount">How many it has.</param>
public readonly record struct RowEntry(ulong TextHash, int Part, long Number, long Line, Split? Given, int LabelStart, int LabelCount);

/// <summary>The rows of all parts whose hashes fall into one section.</summary>
public sealed class RowSection
{
    private readonly List<RowEntry> _rows = [];
    private readonly List<int> _labels = [];

    /// <summary>Adds one part's section.</summary>
    /// <param name="bytes">What <see cref="RowTableWriter"/> wrote.</param>
    /// <param name="part">The part's number.</param>
    /// <param name="labelIds">For each label id of the part, that of the dataset; empty for a regression, whose targets stay as they are.</param>
    public void Add(ReadOnlySpan<byte> bytes, int part, ReadOnlySpan<int> labelIds)
    {
        while (bytes.Length > 0)
        {
            var hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            bytes = bytes[8..];
            var number = (long)Read(ref bytes);
            var line = (long)Read(ref bytes);
            var flags = Read(ref bytes);
            var start = _labels.Count;
            for (var count = flags >> 2; count > 0; count--)
            {
                var id = (int)Read(ref bytes);
                _labels.Add(labelIds.IsEmpty ? id : labelIds[id]);
            }
            // The dataset's ids have an order of their own, and two names may have become one label.
            SortLabels(start);
            _rows.Add(new RowEntry(hash, part, number, line, (flags & 3) == 0 ? null : (Split)((flags & 3) - 1), start, _labels.Count - start));
        }
    }

    /// <summary>The rows of each text, in the order of the texts' hashes; of each text in the order of the dataset.</summary>
    public IEnumerable<ReadOnlyMemory<RowEntry>> Texts()
    {
        var rows = _rows.ToArray();
        Array.Sort(rows, static (a, b) =>
            a.TextHash != b.TextHash ? a.TextHash.CompareTo(b.TextHash)
            : a.Part != b.Part ? a.Part.CompareTo(b.Part)
            : a.Number.CompareTo(b.Number));
        for (int start = 0, end; start < rows.Length; start = end)
        {
            for (end = start + 1; end < rows.Length && rows[end].TextHash == rows[start].TextHash;)
                end++;
            yield return rows.AsMemory(start, end - start);
        }
    }

    /// <summary>The label ids of a row, ascending; of a regression the bits of its target.</summary>
    public ReadOnlySpan<int> Labels(RowEntry row) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels).Slice(row.LabelStart, row.LabelCount);

    private void SortLabels(int start)
    {
        if (_labels.Count - start < 2)
            return;
        int[] sorted = [.. _labels.Skip(start).Distinct().Order()];
        _labels.RemoveRange(start, _labels.Count - start);
        _labels.AddRange(sorted);
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }
}
