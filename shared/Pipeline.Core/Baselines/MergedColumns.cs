using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Pipeline.Core.Baselines;

/// <summary>
/// Makes one column of all that are multiples of each other: n-grams that stand in one and the same text only, and those that
/// always stand together. A linear model with an L2 penalty is the same on fewer columns: of columns a₁ v, a₂ v, … the best
/// weights are in the ratio of the a, so that one column s v with s² = Σ a² has the same scores at the same penalty.
/// </summary>
public sealed class MergedColumns
{
    private readonly int[] _column; // of each old column its new one
    private readonly float[] _share; // of each old column a / s

    private MergedColumns(int[] column, float[] share, int count) => (_column, _share, Count) = (column, share, count);

    /// <summary>Number of columns that are left.</summary>
    public int Count { get; }

    /// <summary>Finds the columns to merge. Those that differ in more than a factor stay, and so may a few whose factor was rounded.</summary>
    /// <param name="rows">The training rows.</param>
    public static MergedColumns Of(SparseMatrix rows)
    {
        var (columns, transposed) = rows.Transpose(0, rows.Rows);
        var known = new Dictionary<UInt128, int>();
        var (column, share, squares) = (new int[rows.Columns], new float[rows.Columns], new List<double>());
        Array.Fill(column, -1);
        for (var c = 0; c < columns.Length; c++)
        {
            ref var merged = ref CollectionsMarshal.GetValueRefOrAddDefault(known, Key(transposed.Indices(c), transposed.Values(c)), out var exists);
            if (!exists)
            {
                merged = squares.Count;
                squares.Add(0);
            }

            (column[columns[c]], share[columns[c]]) = (merged, transposed.Values(c)[0]);
            squares[merged] += Math.Pow(transposed.Values(c)[0], 2);
        }

        for (var old = 0; old < column.Length; old++)
        {
            if (column[old] >= 0)
                share[old] /= (float)Math.Sqrt(squares[column[old]]);
        }

        return new MergedColumns(column, share, squares.Count);
    }

    /// <summary>A row in the new columns. One may be named more than once; its values then add up.</summary>
    public SparseVector Map(SparseVector row)
    {
        var (indices, values) = row;
        var (columns, shares) = (new int[indices.Length], new float[indices.Length]);
        var count = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (_column[indices[i]] < 0)
                continue; // in no training row: nothing is known of it
            (columns[count], shares[count]) = (_column[indices[i]], values[i] * _share[indices[i]]);
            count++;
        }

        return new SparseVector(columns[..count], shares[..count]);
    }

    /// <summary>The same, each column named once.</summary>
    public SparseVector Collect(SparseVector row)
    {
        var (indices, values) = Map(row);
        Array.Sort(indices, values);
        var count = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (count > 0 && indices[count - 1] == indices[i])
                values[count - 1] += values[i];
            else
                (indices[count], values[count++]) = (indices[i], values[i]);
        }

        return new SparseVector(indices[..count], values[..count]);
    }

    // With a single entry every value is a multiple of every other.
    private static UInt128 Key(ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(rows));
        if (rows.Length > 1)
            hash.Append(MemoryMarshal.AsBytes(values));
        return hash.GetCurrentHashAsUInt128();
    }
}
