using System.Collections;

namespace Pipeline.Core.Findings;

/// <summary>
/// Finds near copies among any number of rows, in memory that does not grow with their texts: signatures (<see cref="MinHash"/>)
/// lie in files, and are compared where one of ten bands of six bytes is equal (locality-sensitive hashing). A pair whose similarity is 0.8 is
/// compared with probability 0.95, one of 0.9 with 0.999. Pairs are near copies from an estimated similarity of 0.8 on.
/// </summary>
public static class NearDuplicates
{
    /// <summary>Estimated share of common three-word sequences from which two texts are near copies.</summary>
    public const double Threshold = 0.8;

    internal const int BytesInBand = 6;
    private const int Bands = 10;

    // A text is compared with this many different texts of its bucket, so that one with a million similar texts costs no square.
    private const int Representatives = 8;

    /// <summary>Rows of which 12 bytes each are in memory at a time.</summary>
    public const int RowsAtOnce = 1 << 21;

    /// <summary>Finds for each row an earlier one that it nearly copies. The result depends on nothing but the files.</summary>
    /// <param name="files">What <see cref="RowInspector"/> wrote, in the order of the dataset.</param>
    /// <param name="rowsAtOnce">Rows that are compared in one pass over the files; less takes less memory and more passes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static NearCopies Find(
        IReadOnlyList<SignatureFile> files, int rowsAtOnce = RowsAtOnce, CancellationToken cancellationToken = default)
    {
        var rows = new SignatureRows(files);
        var copies = new NearCopies();
        var known = new BitArray(checked((int)rows.Count));
        var partitions = (ulong)((rows.Count + rowsAtOnce - 1) / rowsAtOnce);
        // An even share and some more, so that the lists do not grow by doubling.
        var share = (int)Math.Min(rows.Count, rowsAtOnce + (rowsAtOnce / 16));
        var keys = new List<ulong>(share);
        var numbers = new List<int>(share);
        for (var band = 0; band < Bands; band++)
        {
            for (ulong partition = 0; partition < partitions; partition++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Collect(rows, band, partition, partitions, keys, numbers);
                Compare(rows, keys, numbers, known, copies, cancellationToken);
            }
        }

        return copies;
    }

    private static void Collect(SignatureRows rows, int band, ulong partition, ulong partitions, List<ulong> keys, List<int> numbers)
    {
        keys.Clear();
        numbers.Clear();
        var row = 0;
        foreach (var record in rows.Records())
        {
            var key = RowSignature.Band(record.Span, band);
            if (RowSignature.TextHash(record.Span) != 0 && (partitions == 1 || key % partitions == partition))
            {
                keys.Add(key);
                numbers.Add(row);
            }

            row++;
        }

        var keySpan = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(keys);
        keySpan.Sort(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers));
    }

    private static void Compare(
        SignatureRows rows, List<ulong> keys, List<int> numbers, BitArray known, NearCopies copies, CancellationToken cancellationToken)
    {
        var bucket = new SignatureBucket(rows, Representatives);
        for (int first = 0, next; first < keys.Count; first = next)
        {
            for (next = first + 1; next < keys.Count && keys[next] == keys[first];)
                next++;
            if (next - first < 2)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            bucket.Clear();
            // The sort by key leaves rows of one key in any order.
            numbers.Sort(first, next - first, null);
            for (var i = first; i < next; i++)
            {
                var row = numbers[i];
                if (!known[row] && bucket.FindOrAdd(row) is { } match)
                {
                    known[row] = true;
                    copies.Add(match);
                }
            }
        }
    }
}
