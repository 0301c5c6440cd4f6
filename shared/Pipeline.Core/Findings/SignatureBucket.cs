namespace Pipeline.Core.Findings;

/// <summary>Different texts with an equal band; each new row is compared with them.</summary>
internal sealed class SignatureBucket(SignatureRows rows, int capacity)
{
    private readonly byte[] _records = new byte[(capacity + 1) * RowSignature.Size];
    private readonly (long Row, SignatureFile Part)[] _owners = new (long, SignatureFile)[capacity];
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
                    Place(row, part, record), Place(_owners[i].Row, _owners[i].Part, earlier),
                    similarity, RowSignature.Labels(earlier) == RowSignature.Labels(record));
            }
        }

        if (_count < capacity)
            _owners[_count++] = (row, part);
        return null;
    }

    private static NearCopyRow Place(long row, SignatureFile part, ReadOnlySpan<byte> record) =>
        new(row, part.LinesBefore + RowSignature.Line(record), part.File);

    private Span<byte> Record(int index) => _records.AsSpan(index * RowSignature.Size, RowSignature.Size);
}
