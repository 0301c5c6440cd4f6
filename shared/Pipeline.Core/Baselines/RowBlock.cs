namespace Pipeline.Core.Baselines;

/// <summary>
/// Neighbouring rows of a matrix, by rows for the scores and by columns for the gradient, so that each number is summed by one
/// thread in one order and the result does not depend on how many threads there are.
/// </summary>
/// <param name="Matrix">The whole matrix.</param>
/// <param name="First">The block's first row.</param>
/// <param name="Count">Its rows.</param>
/// <param name="Columns">The columns that have entries in the block.</param>
/// <param name="ByColumn">Their entries, a row for each of <paramref name="Columns"/>.</param>
internal sealed record RowBlock(SparseMatrix Matrix, int First, int Count, int[] Columns, SparseMatrix ByColumn)
{
    // What is kept of a block's rows while its gradient is computed, in numbers.
    private const int MostErrors = 8 << 20;

    /// <summary>Cuts a matrix into blocks; one, unless there are very many rows or outputs.</summary>
    public static RowBlock[] Cut(SparseMatrix matrix, int outputs)
    {
        var size = Math.Max(1, MostErrors / outputs);
        return [.. Enumerable.Range(0, (matrix.Rows + size - 1) / size).Select(block =>
        {
            var (first, count) = (block * size, Math.Min(size, matrix.Rows - block * size));
            var (columns, byColumn) = matrix.Transpose(first, count);
            return new RowBlock(matrix, first, count, columns, byColumn);
        })];
    }
}
