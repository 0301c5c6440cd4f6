using Pipeline.Core;
using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class MergedColumnsTests
{
    // Columns 0 and 1 always stand together; 2 and 3 are in row 1 only; 4 is in rows 0 and 2; 5 is in none.
    private static readonly SparseVector[] Rows =
    [
        new([0, 1, 4], [0.4f, 0.4f, 0.8f]),
        new([0, 1, 2, 3], [0.3f, 0.3f, 0.5f, 0.7f]),
        new([4], [1f]),
    ];

    [Fact]
    public void Columns_that_are_multiples_of_each_other_become_one()
    {
        var merged = MergedColumns.Of(SparseMatrix.Of(Rows, 6));

        Assert.Equal(3, merged.Count);
        Assert.Equal(2, merged.Collect(Rows[1]).Indices.Length);
        Assert.Empty(merged.Map(new SparseVector([5], [1f])).Indices);
    }

    [Fact]
    public void A_row_keeps_its_length() =>
        Assert.All(Rows, row => Assert.Equal(row.Values.Sum(v => v * v), MergedColumns.Of(SparseMatrix.Of(Rows, 6)).Collect(row).Values.Sum(v => v * v), 6));

    [Fact]
    public void The_merged_model_gives_other_texts_the_scores_of_the_whole_one()
    {
        int[][] labels = [[0], [1], [2]];
        var merged = MergedColumns.Of(SparseMatrix.Of(Rows, 6));

        var whole = Fit(SparseMatrix.Of(Rows, 6), labels);
        var small = Fit(SparseMatrix.Of([.. Rows.Select(merged.Collect)], merged.Count), labels);

        // Texts that have one of two merged n-grams, which no training text has alone.
        SparseVector[] others = [new([0, 2], [0.6f, 0.8f]), new([1, 3, 4], [0.2f, 0.9f, 0.4f])];
        Assert.All(others, text => Assert.Equal(whole.Scores(text), small.Scores(merged.Map(text)), (a, b) => Math.Abs(a - b) < 0.01));
    }

    private static LogisticRegression Fit(SparseMatrix inputs, int[][] labels) =>
        LogisticRegression.Fit(inputs, labels, 3, ProblemType.SingleLabelClassification, 10, cancellationToken: TestContext.Current.CancellationToken);
}
