using System.Text.Json;
using CsCheck;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public sealed class PredictionsTests
{
    private const ProblemType Single = ProblemType.SingleLabelClassification, Multi = ProblemType.MultiLabelClassification;

    private static readonly string[] Labels = ["a", "b", "c"];

    [Theory]
    [InlineData(Single)]
    [InlineData(Multi)]
    public void Any_split_into_batches_in_any_order_gives_the_same_figures(ProblemType problem)
    {
        var scores = Gen.Single[-4, 4].Array[3];
        var actual = problem == Single ? Gen.Int[0, 2].Select(label => new[] { label }) : Gen.Bool.Array[3].Select(has => Enumerable.Range(0, 3).Where(k => has[k]).ToArray());
        var rows = Gen.Select(actual, scores).Array[1, 60];
        Gen.Select(rows, Gen.Int[1, 17], Gen.Int[0, 1_000_000]).Sample((examples, batch, seed) =>
        {
            int[] order = [.. Enumerable.Range(0, examples.Length)];
            new Random(seed).Shuffle(order);
            var batched = new Predictions(Labels, problem, examples.Length);
            foreach (var places in order.Chunk(batch))
            {
                foreach (var place in places)
                    batched.Set(place, examples[place].Item1, examples[place].Item2);
            }

            Assert.Equal(Text(Of(problem, examples).ToMetrics()), Text(batched.ToMetrics()));
        }, iter: 100);
    }

    [Fact]
    public void Probabilities_are_a_softmax_or_with_several_labels_sigmoids()
    {
        Span<double> row = stackalloc double[3];

        Of(Single, ([0], [1f, 0f, 1f])).Probabilities(0, row);
        Assert.Equal(Math.E / (2 * Math.E + 1), row[0], 12);
        Assert.Equal(1 / (2 * Math.E + 1), row[1], 12);

        Of(Multi, ([0], [1f, 0f, -1f])).Probabilities(0, row);
        Assert.Equal(1 / (1 + 1 / Math.E), row[0], 12);
        Assert.Equal(0.5, row[1]);
    }

    [Fact]
    public void With_a_single_class_in_the_truth_there_is_no_area_and_never_a_number_that_is_none()
    {
        var metrics = Of(Single, ([1], [2f, 1f, 0f]), ([1], [0f, 3f, 0f])).ToMetrics();

        Assert.Null(metrics.RocAuc);
        Assert.All(metrics.PerClass, c => Assert.Null(c.RocAuc));
        Assert.Equal([null, 1.0, null], metrics.PerClass.Select(c => c.AveragePrecision));
        Assert.Equal(new AreaMetrics(1, 1), metrics.AveragePrecision);
        Assert.DoesNotContain("NaN", Text(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Thresholds_decide_which_labels_are_predicted()
    {
        var predictions = Of(Multi, ([0], [0.5f, -0.5f, -3f]), ([1], [-1f, -0.4f, -3f]));

        Assert.Equal(0.5, predictions.ToMetrics().Accuracy);
        Assert.Equal(1.0, predictions.ToMetrics([0.6, 0.39, 0.5]).Accuracy);
    }

    [Fact]
    public void An_example_that_nothing_was_said_of_is_an_error()
    {
        var predictions = new Predictions(Labels, Single, 2);
        predictions.Set(0, [0], [1f, 0f, 0f]);

        Assert.Contains("example 1 of 2", Assert.Throws<InvalidOperationException>(() => predictions.ToMetrics()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => predictions.Set(1, [0], [1f]));
    }

    internal static Predictions Of(ProblemType problem, params (int[] Actual, float[] Scores)[] examples)
    {
        var predictions = new Predictions(Labels[..examples[0].Scores.Length], problem, examples.Length);
        foreach (var (place, (actual, scores)) in examples.Index())
            predictions.Set(place, actual, scores);
        return predictions;
    }

    private static string Text(ModelMetrics metrics) => JsonSerializer.Serialize(metrics, PipelineJson.Compact);
}
