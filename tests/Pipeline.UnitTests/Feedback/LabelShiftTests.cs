using Pipeline.Core.Feedback;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Feedback;

public sealed class LabelShiftTests
{
    private static readonly string[] Labels = ["ham", "spam"];

    [Fact]
    public void The_index_is_the_one_of_the_textbook()
    {
        // Shares of 0.8 and 0.2 against 0.5 and 0.5: 0.3·ln 1.6 + 0.3·ln 2.5. Counts so large that the prior does not show.
        var shift = LabelShift.Of(Labels, [5_000_000, 5_000_000], [8_000_000, 2_000_000]);

        Assert.Equal(0.3 * Math.Log(1.6) + 0.3 * Math.Log(2.5), shift.Psi, 1e-5);
        Assert.Equal(ShiftLevel.Major, shift.Level);
        Assert.Equal((10_000_000, "spam"), (shift.Predictions, shift.Labels[0].Label));
        Assert.Equal((0.5, 0.2), (shift.Labels[0].Expected, shift.Labels[0].Observed));
    }

    [Theory]
    [InlineData(600, 400, ShiftLevel.None)] // 0.04
    [InlineData(670, 330, ShiftLevel.Moderate)] // 0.12
    [InlineData(760, 240, ShiftLevel.Major)] // 0.30
    public void Its_levels_are_the_usual_ones(long ham, long spam, ShiftLevel level) =>
        Assert.Equal(level, LabelShift.Of(Labels, [50_000, 50_000], [ham, spam]).Level);

    [Fact]
    public void A_few_predictions_are_no_drift_whatever_they_are() =>
        Assert.Equal(ShiftLevel.None, LabelShift.Of(Labels, [500, 500], [5, 0]).Level);

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(77)]
    public void Chance_alone_is_hardly_ever_told_as_drift(int count)
    {
        string[] labels = [.. Enumerable.Range(0, count).Select(i => $"l{i}")];
        var random = new Random(7);
        var alarms = Enumerable.Range(0, 500).Count(_ =>
        {
            var (expected, observed) = (new long[count], new long[count]);
            for (var i = 0; i < 300; i++)
            {
                expected[random.Next(count)]++;
                observed[random.Next(count)]++;
            }

            return LabelShift.Of(labels, expected, observed).Level != ShiftLevel.None;
        });

        Assert.InRange(alarms, 0, 5); // of 500; one in a thousand is meant
    }

    [Fact]
    public void A_label_that_never_came_on_the_test_split_is_no_infinity()
    {
        var shift = LabelShift.Of(Labels, [1_000, 0], [500, 500]);

        Assert.True(double.IsFinite(shift.Psi));
        Assert.Equal(ShiftLevel.Major, shift.Level);
        Assert.Equal(ShiftLevel.None, LabelShift.Of(Labels, [1_000, 0], [0, 0]).Level);
    }

    [Fact]
    public void What_was_predicted_on_the_test_split_stands_in_the_confusion_matrix()
    {
        // Three of the first class, of which one was taken for the second, and four of the second.
        var matrix = new ConfusionMatrix(2);
        foreach (var (actual, predicted) in new[] { (0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (1, 1), (1, 1) })
            matrix.Add(actual, predicted);
        var metrics = ClassificationMetrics.From(matrix, Labels);
        var report = new MetricsReport(1, metrics, metrics, new Dictionary<string, ModelMetrics>(), false, []);

        Assert.Equal([2L, 5L], TestPredictions.Of(report));
    }
}
