using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class OneVsRestRegressionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void At_the_minimum_the_gradient_vanishes_for_each_label()
    {
        const int Features = 5, Labels = 2;
        const double C = 3;
        var random = new Random(5);
        SparseVector[] inputs = [.. Enumerable.Range(0, 80).Select(_ =>
            new SparseVector([.. Enumerable.Range(0, Features)], [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle() - 0.5f)]))];
        int[][] labels = [.. inputs.Select(x => Enumerable.Range(0, Labels).Where(k => random.NextDouble() < 0.2 || x.Values[k] > 0.1).ToArray())];

        var model = OneVsRestRegression.Fit(inputs, labels, Features, Labels, C, cancellationToken: Token);

        // Σ (p − y) x + w / C = 0 for each weight, Σ (p − y) = 0 for the bias.
        for (var k = 0; k < Labels; k++)
        {
            double bias = model.Scores(new SparseVector([], []))[k];
            double[] errors = [.. inputs.Select((x, i) => 1 / (1 + Math.Exp(-model.Scores(x)[k])) - (labels[i].Contains(k) ? 1 : 0))];
            for (var j = 0; j < Features; j++)
            {
                var weight = model.Scores(new SparseVector([j], [1f]))[k] - bias;
                Assert.InRange(inputs.Select((x, i) => errors[i] * x.Values[j]).Sum() + weight / C, -0.05, 0.05);
            }

            Assert.InRange(errors.Sum(), -0.05, 0.05);
        }
    }

    [Fact]
    public void A_label_that_nobody_or_everybody_has_is_told_by_its_share_alone()
    {
        SparseVector[] inputs = [new([0], [1f]), new([0], [-1f]), new([0], [1f])];

        var scores = OneVsRestRegression.Fit(inputs, [[1], [1], [1]], 1, 2, 10, cancellationToken: Token).Scores(inputs[0]);

        Assert.Equal([(float)Math.Log(0.5 / 3.5), (float)Math.Log(3.5 / 0.5)], scores);
    }
}
