namespace Pipeline.Core.Findings;

/// <summary>Different texts with an equal band; each new row is compared with them.</summary>
internal sealed class SignatureBucket(SignatureRows rows, int capacity)
{
    private readonly byte[] _records = new byte[(capacity + 1) * RowSignature.Size];
    private readonly SignatureFile[] _parts = new SignatureFile[capacity];
    private int _count;

    /// <summary>Forgets the rows.</summary>
    public void Clear() => _count = 0;

    /// <summary>The earlier row that a row nearly copies. A row without one is kept for later ones while there is room.</summary>
    public NearCopy? FindOrAdd(int row)
    {
        // Read behind those that are kept, so that keeping it costs nothing.
        var record = Record(_count);
        var part = rows.Read(row, record);
        for (var i = 0; i < _count; i++)
        {
            var earlier = Record(i);
            // Exact copies are another finding.
            if (RowSignature.TextHash(earlier) == RowSignature.TextHash(record))
                return null;
            var similarity = MinHash.Similarity(earlier, record);
            if (similarity >= NearDuplicates.Threshold)
            {
                return new NearCopy(
                    Place(part, record), Place(_parts[i], earlier),
                    similarity, RowSignature.Labels(earlier) == RowSignature.Labels(record));
            }
        }

        if (_count < capacity)
            _parts[_count++] = part;
        return null;
    }

    private static NearCopyRow Place(SignatureFile part, ReadOnlySpan<byte> record) => new(
        part.Place.RowsBefore + RowSignature.Number(record), part.Place.LinesBefore + RowSignature.Line(record), part.Place.File);

    private Span<byte> Record(int index) => _records.AsSpan(index * RowSignature.Size, RowSignature.Size);
}
