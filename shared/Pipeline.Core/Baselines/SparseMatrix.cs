namespace Pipeline.Core.Baselines;

/// <summary>A matrix of which only the entries that are not zero are kept, row by row (CSR).</summary>
public sealed class SparseMatrix
{
    private readonly int[] _starts; // [rows + 1], where each row begins
    private readonly int[] _indices;
    private readonly float[] _values;

    private SparseMatrix(int[] starts, int[] indices, float[] values, int columns) =>
        (_starts, _indices, _values, Columns) = (starts, indices, values, columns);

    /// <summary>Number of rows.</summary>
    public int Rows => _starts.Length - 1;

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of entries that are kept.</summary>
    public int Entries => _values.Length;

    /// <summary>The columns of a row's entries.</summary>
    public ReadOnlySpan<int> Indices(int row) => _indices.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>The values of a row's entries.</summary>
    public ReadOnlySpan<float> Values(int row) => _values.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>Puts rows under each other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">Their length.</param>
    public static SparseMatrix Of(IReadOnlyList<SparseVector> rows, int columns)
    {
        var starts = new int[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++)
            starts[i + 1] = starts[i] + rows[i].Indices.Length;
        var (indices, values) = (new int[starts[^1]], new float[starts[^1]]);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].Indices.CopyTo(indices, starts[i]);
            rows[i].Values.CopyTo(values, starts[i]);
        }

        return new SparseMatrix(starts, indices, values, columns);
    }

    /// <summary>Some of the rows, seen column by column.</summary>
    /// <param name="first">The first of the rows, which is row 0 of the result's columns.</param>
    /// <param name="count">How many.</param>
    /// <returns>Rows are the columns that have entries there, named by <c>Columns</c>.</returns>
    internal (int[] Columns, SparseMatrix Transposed) Transpose(int first, int count)
    {
        var fill = new int[Columns];
        for (var at = _starts[first]; at < _starts[first + count]; at++)
            fill[_indices[at]]++;
        int[] columns = [.. Enumerable.Range(0, Columns).Where(c => fill[c] > 0)];
        var starts = new int[columns.Length + 1];
        for (var c = 0; c < columns.Length; c++)
        {
            starts[c + 1] = starts[c] + fill[columns[c]];
            fill[columns[c]] = starts[c];
        }

        var (rows, values) = (new int[starts[^1]], new float[starts[^1]]);
        for (var row = first; row < first + count; row++)
        {
            for (var at = _starts[row]; at < _starts[row + 1]; at++)
            {
                var to = fill[_indices[at]]++;
                (rows[to], values[to]) = (row - first, _values[at]);
            }
        }

        return (columns, new SparseMatrix(starts, rows, values, count));
    }
}
