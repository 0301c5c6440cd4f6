using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class MultiLabelMetricsTests
{
    private static readonly string[] Labels = ["a", "b", "c", "d"];

    [Fact]
    public void A_worked_example_gives_the_figures_of_scikit_learn()
    {
        // y_true = [[1,1,0,0], [0,1,0,0], [0,0,1,0], [0,0,0,0]], y_pred = [[1,0,0,0], [0,1,0,0], [1,0,1,0], [0,0,0,0]]
        var counts = new MultiLabelCounts(4);
        counts.Add([0, 1], [0]);
        counts.Add([1], [1]);
        counts.Add([2], [0, 2]);
        counts.Add([], []);

        var metrics = ClassificationMetrics.From(counts, Labels);

        Assert.Equal(2.0 / 4, metrics.Accuracy);
        Assert.Equal(2.0 / 16, metrics.HammingLoss);
        Assert.Equal([1.0 / 2, 1, 1, 0], metrics.PerClass.Select(c => c.Precision));
        Assert.Equal([1.0, 1.0 / 2, 1, 0], metrics.PerClass.Select(c => c.Recall));
        Assert.Equal([2.0 / 3, 2.0 / 3, 1, 0], metrics.PerClass.Select(c => c.F1));
        Assert.Equal(new AveragedMetrics(3.0 / 4, 3.0 / 4, 3.0 / 4), metrics.Micro);
        Assert.Equal((2.0 / 3 + 2.0 / 3 + 1) / 3, metrics.Macro.F1, 12); // the label that occurs nowhere is left out
        Assert.Equal((1 * 2.0 / 3 + 2 * 2.0 / 3 + 1) / 4, metrics.Weighted.F1, 12);
        Assert.Equal([[[2, 1], [0, 1]], [[2, 0], [1, 1]], [[3, 0], [0, 1]], [[4, 0], [0, 0]]], metrics.MultilabelConfusionMatrix!);
        Assert.Null(metrics.ConfusionMatrix);
        Assert.Equal(new(2.0 / 4, metrics.Macro.F1, 3.0 / 4), metrics.Headline());
    }

    [Fact]
    public void Any_rows_give_the_figures_of_counting_decision_by_decision()
    {
        var rows = Gen.Select(Gen.Bool.Array[4], Gen.Bool.Array[4]).Array[1, 60];
        rows.Sample(pairs =>
        {
            var counts = new MultiLabelCounts(4);
            foreach (var (actual, predicted) in pairs)
                counts.Add(Ids(actual), Ids(predicted));

            var metrics = ClassificationMetrics.From(counts, Labels);

            var decisions = pairs.SelectMany(p => p.Item1.Zip(p.Item2)).ToList();
            Assert.Equal(pairs.Count(p => p.Item1.SequenceEqual(p.Item2)) / (double)pairs.Length, metrics.Accuracy, 12);
            Assert.Equal(decisions.Count(d => d.First != d.Second) / (double)decisions.Count, metrics.HammingLoss!.Value, 12);
            int both = decisions.Count(d => d.First && d.Second), either = decisions.Count(d => d.First) + decisions.Count(d => d.Second);
            Assert.Equal(either == 0 ? 0 : 2.0 * both / either, metrics.Micro!.F1, 12);
            Assert.All(metrics.MultilabelConfusionMatrix!, matrix => Assert.Equal(pairs.Length, matrix.Sum(row => row.Sum())));
        });
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(0, -1)]
    public void A_label_id_outside_the_range_is_refused(int actual, int predicted)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiLabelCounts(4).Add([actual], [predicted]));
    }

    [Fact]
    public void A_label_that_occurs_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new MultiLabelCounts(4).Add([1, 1], []));
    }

    [Fact]
    public void Scores_are_judged_at_a_probability_of_one_half_and_their_loss_is_the_binary_cross_entropy()
    {
        var score = new ClassificationScore(["a", "b"], ProblemType.MultiLabelClassification);
        score.Add([0], [2f, -0.5f]);
        score.Add([], [-100f, 0.5f]);

        var metrics = score.ToMetrics();

        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        var expected = (-Math.Log(Sigmoid(2)) - Math.Log(1 - Sigmoid(-0.5)) - Math.Log(1 - Sigmoid(-100)) - Math.Log(1 - Sigmoid(0.5))) / 4;
        Assert.Equal(expected, metrics.LogLoss!.Value, 6);
        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal([1.0, 0], metrics.PerClass.Select(c => c.F1));
    }

    [Fact]
    public void With_one_label_the_loss_is_the_cross_entropy_even_of_scores_that_overflow_an_exponential()
    {
        var score = new ClassificationScore(["a", "b"], ProblemType.SingleLabelClassification);
        score.Add([0], [1f, 0f]);
        score.Add([1], [1_000f, 0f]);

        Assert.Equal((Math.Log(1 + Math.Exp(-1)) + 1_000) / 2, score.ToMetrics().LogLoss!.Value, 6);
    }

    private static int[] Ids(bool[] labels) => [.. labels.Index().Where(l => l.Item).Select(l => l.Index)];
}
