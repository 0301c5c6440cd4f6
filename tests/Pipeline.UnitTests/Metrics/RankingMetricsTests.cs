using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class RankingMetricsTests
{
    [Fact]
    public void The_examples_of_scikit_learns_documentation_come_out()
    {
        // roc_auc_score and average_precision_score: y_true = [0, 0, 1, 1], y_scores = [0.1, 0.4, 0.35, 0.8]
        var (area, precision) = RankingMetrics.Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true]);

        Assert.Equal(0.75, area!.Value, 12);
        Assert.Equal(0.8333333333333333, precision!.Value, 12);
    }

    [Fact]
    public void Equal_probabilities_count_as_half_in_order()
    {
        var (area, precision) = RankingMetrics.Of([0.5, 0.5, 0.5, 0.5], [true, false, false, false]);
        Assert.Equal((0.5, 0.25), (area!.Value, precision!.Value));

        // One of two yes above both no, the other equal to one of them: pairs 1, 1, ½, 1; precision ½ · 1 + ½ · ⅔.
        (area, precision) = RankingMetrics.Of([0.9, 0.4, 0.4, 0.2], [true, true, false, false]);
        Assert.Equal(3.5 / 4, area!.Value, 12);
        Assert.Equal(0.5 + 0.5 * 2 / 3, precision!.Value, 12);
    }

    [Fact]
    public void Where_one_answer_does_not_occur_there_is_no_area()
    {
        Assert.Equal((null, 1.0), RankingMetrics.Of([0.1, 0.9], [true, true]));
        Assert.Equal((null, null), RankingMetrics.Of([0.1, 0.9], [false, false]));
    }

    [Fact]
    public void Any_ranking_gives_the_figures_of_comparing_all_pairs_and_of_going_through_all_thresholds()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Bool).Array[2, 40].Sample(examples =>
        {
            double[] probabilities = [.. examples.Select(e => e.Item1 / 6.0)];
            bool[] positive = [.. examples.Select(e => e.Item2)];
            var (area, precision) = RankingMetrics.Of([.. probabilities], [.. positive]);

            var pairs = (from yes in examples where yes.Item2 from no in examples where !no.Item2 select yes.Item1 > no.Item1 ? 1.0 : yes.Item1 == no.Item1 ? 0.5 : 0).ToList();
            if (pairs.Count == 0)
                Assert.Null(area);
            else
                Assert.Equal(pairs.Average(), area!.Value, 9);
            if (!positive.Contains(true))
                return;
            double recall = 0, sum = 0;
            foreach (var threshold in probabilities.Distinct().OrderDescending())
            {
                var above = examples.Where(e => e.Item1 / 6.0 >= threshold).ToList();
                var reached = above.Count(e => e.Item2) / (double)positive.Count(p => p);
                sum += (reached - recall) * above.Count(e => e.Item2) / above.Count;
                recall = reached;
            }

            Assert.Equal(sum, precision!.Value, 9);
        }, iter: 200);
    }

    [Fact]
    public void The_means_over_classes_are_those_of_scikit_learn()
    {
        // y_true = [0, 1, 2, 2] and probabilities whose order within each class is known.
        var predictions = PredictionsTests.Of(
            ProblemType.SingleLabelClassification,
            ([0], Logs(0.6, 0.2, 0.2)), ([1], Logs(0.5, 0.3, 0.2)), ([2], Logs(0.1, 0.4, 0.5)), ([2], Logs(0.55, 0.1, 0.35)));

        var metrics = predictions.ToMetrics();

        // Class 0: 0.6 above 0.5, 0.1, 0.55. Class 1: 0.3 below 0.4, above 0.2 and 0.1. Class 2: both above both.
        Assert.Equal([1, 2.0 / 3, 1], metrics.PerClass.Select(c => c.RocAuc!.Value), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal((2 + 2.0 / 3) / 3, metrics.RocAuc!.Macro, 6);
        Assert.Equal((1 + 2.0 / 3 + 2) / 4, metrics.RocAuc.Weighted, 6);
        Assert.Equal(0.5, metrics.PerClass[1].AveragePrecision!.Value, 6);
    }

    [Fact]
    public void Of_two_classes_both_have_the_same_area()
    {
        var metrics = PredictionsTests.Of(
            ProblemType.SingleLabelClassification,
            ([0], [0.9f, 0f]), ([0], [0.6f, 0f]), ([1], [0.65f, 0f]), ([1], [0.2f, 0f])).ToMetrics();

        Assert.Equal([0.75, 0.75], metrics.PerClass.Select(c => c.RocAuc));
    }

    private static float[] Logs(params double[] probabilities) => [.. probabilities.Select(p => (float)Math.Log(p))];
}
