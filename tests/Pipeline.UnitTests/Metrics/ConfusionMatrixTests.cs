using CsCheck;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void A_worked_example_gives_the_figures_of_the_textbook()
    {
        // 10 cats, 20 dogs, 3 birds; 8 cats found, 2 called dogs; 15 dogs found, 5 called cats; no bird found, all called cats.
        var matrix = new ConfusionMatrix(3);
        Add(matrix, 0, 0, 8);
        Add(matrix, 0, 1, 2);
        Add(matrix, 1, 1, 15);
        Add(matrix, 1, 0, 5);
        Add(matrix, 2, 0, 3);

        var metrics = ClassificationMetrics.From(matrix, ["cat", "dog", "bird"]);

        Assert.Equal(23.0 / 33, metrics.Accuracy, 12);
        Assert.Equal([8.0 / 16, 15.0 / 17, 0], metrics.PerClass.Select(c => c.Precision));
        Assert.Equal([8.0 / 10, 15.0 / 20, 0], metrics.PerClass.Select(c => c.Recall));
        Assert.Equal([10, 20, 3], metrics.PerClass.Select(c => c.Support));
        var catF1 = 2 * 0.5 * 0.8 / 1.3;
        var dogF1 = 2 * (15.0 / 17) * 0.75 / (15.0 / 17 + 0.75);
        Assert.Equal((catF1 + dogF1) / 3, metrics.Macro.F1, 12);
        Assert.Equal((10 * catF1 + 20 * dogF1) / 33, metrics.Weighted.F1, 12);
        Assert.Equal([[8, 2, 0], [5, 15, 0], [3, 0, 0]], metrics.ConfusionMatrix);
    }

    [Fact]
    public void Uneven_batches_give_the_same_figures_as_one_pass_over_the_rows()
    {
        var rows = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Array[1, 200];
        Gen.Select(rows, Gen.Int[1, 17]).Sample((pairs, batch) =>
        {
            var streamed = new ConfusionMatrix(5);
            foreach (var chunk in pairs.Chunk(batch))
                streamed.Add(chunk.Select(p => p.Item1).ToArray(), chunk.Select(p => p.Item2).ToArray());

            var metrics = ClassificationMetrics.From(streamed, ["a", "b", "c", "d", "e"]);

            Assert.Equal(pairs.Count(p => p.Item1 == p.Item2) / (double)pairs.Length, metrics.Accuracy, 12);
            Assert.Equal(BruteForceMacroF1(pairs), metrics.Macro.F1, 12);
            Assert.Equal(metrics.Accuracy, metrics.Weighted.Recall, 12);
        });
    }

    [Fact]
    public void A_class_that_occurs_nowhere_does_not_count_in_the_macro_average()
    {
        var matrix = new ConfusionMatrix(3);
        Add(matrix, 0, 0, 4);
        Add(matrix, 1, 1, 4);

        Assert.Equal(1.0, ClassificationMetrics.From(matrix, ["a", "b", "absent"]).Macro.F1);
    }

    [Fact]
    public void Nothing_to_measure_is_an_error_and_not_a_zero()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.From(new ConfusionMatrix(2), ["a", "b"]));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 2)]
    public void A_class_id_outside_the_range_is_refused(int actual, int predicted)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2).Add(actual, predicted));
    }

    private static void Add(ConfusionMatrix matrix, int actual, int predicted, int times)
    {
        for (var i = 0; i < times; i++)
            matrix.Add(actual, predicted);
    }

    private static double BruteForceMacroF1((int Actual, int Predicted)[] rows)
    {
        var classes = rows.SelectMany(r => new[] { r.Actual, r.Predicted }).Distinct();
        return classes.Average(c =>
        {
            double precision = Share(rows.Where(r => r.Predicted == c), r => r.Actual == c);
            double recall = Share(rows.Where(r => r.Actual == c), r => r.Predicted == c);
            return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        });
    }

    private static double Share(IEnumerable<(int Actual, int Predicted)> rows, Func<(int Actual, int Predicted), bool> test)
    {
        var list = rows.ToArray();
        return list.Length == 0 ? 0 : list.Count(test) / (double)list.Length;
    }
}
