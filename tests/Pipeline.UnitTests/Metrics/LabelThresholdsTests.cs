using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class LabelThresholdsTests
{
    [Fact]
    public void A_label_gets_the_threshold_that_separates_it_best()
    {
        // Label a: texts that have it are at 0.3, others at 0.1. Label b is right at one half.
        var predictions = Of(40, i => i % 2 == 0, hasA => hasA ? 0.3 : 0.1, i => i % 4 == 0, hasB => hasB ? 0.9 : 0.2);

        var (a, b) = (LabelThresholds.Tune(predictions)[0], LabelThresholds.Tune(predictions)[1]);

        Assert.Equal(0.2, a.Threshold, 6);
        Assert.Equal((0, 1, null), (a.F1AtHalf, a.F1, a.Reason));
        Assert.Equal((0.5, 1, 1), (b.Threshold, b.F1AtHalf, b.F1));
        Assert.NotNull(b.Reason);

        var metrics = predictions.ToMetrics([a.Threshold, b.Threshold]);
        Assert.Equal(1, metrics.Macro.F1);
    }

    [Fact]
    public void A_rare_label_keeps_one_half_and_says_why()
    {
        var predictions = Of(40, i => i < LabelThresholds.FewestTexts - 1, hasA => hasA ? 0.3 : 0.1, _ => true, _ => 0.9);

        var rare = LabelThresholds.Tune(predictions)[0];

        Assert.Equal((0.5, "Only 9 validation texts have it; it takes 10."), (rare.Threshold, rare.Reason));
    }

    [Fact]
    public void Where_texts_cannot_be_told_apart_the_threshold_is_not_put_between_them()
    {
        var predictions = Of(40, i => i % 2 == 0, _ => 0.3, _ => true, _ => 0.9);

        var a = LabelThresholds.Tune(predictions)[0];

        // All or none: F1 of giving it to all is 2 / 3.
        Assert.Equal((0.15, 2.0 / 3), (Math.Round(a.Threshold, 6), a.F1));
    }

    private static Predictions Of(int count, Func<int, bool> hasA, Func<bool, double> a, Func<int, bool> hasB, Func<bool, double> b)
    {
        var predictions = new Predictions(["a", "b"], ProblemType.MultiLabelClassification, count);
        for (var i = 0; i < count; i++)
            predictions.Set(i, [.. (int[])(hasA(i) ? [0] : []), .. (int[])(hasB(i) ? [1] : [])], [Logit(a(hasA(i))), Logit(b(hasB(i)))]);
        return predictions;
    }

    private static float Logit(double p) => (float)Math.Log(p / (1 - p));
}
