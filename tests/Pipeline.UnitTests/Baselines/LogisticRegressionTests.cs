using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class LogisticRegressionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void At_the_minimum_the_gradient_vanishes()
    {
        const int Features = 6, Classes = 3;
        const double C = 2;
        var random = new Random(5);
        SparseVector[] inputs = [.. Enumerable.Range(0, 60).Select(_ =>
            new SparseVector([.. Enumerable.Range(0, Features)], [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle() - 0.5f)]))];
        int[] labels = [.. inputs.Select(x => random.NextDouble() < 0.2 ? random.Next(Classes) : x.Values[0] > 0 ? 0 : x.Values[1] > 0 ? 1 : 2)];

        var model = LogisticRegression.Fit(inputs, labels, Features, Classes, C, cancellationToken: Token);

        // The loss of scikit-learn's documentation, differentiated by hand: for the biases Σ (p − y) = 0.
        for (var k = 0; k < Classes; k++)
        {
            var excess = inputs.Zip(labels).Sum(e => model.Probabilities(e.First)[k] - (e.Second == k ? 1 : 0));
            Assert.InRange(excess, -0.05, 0.05);
        }
    }

    [Fact]
    public void A_weaker_penalty_fits_the_training_rows_more_closely()
    {
        SparseVector[] inputs = [new([0], [1f]), new([1], [1f])];

        var strong = LogisticRegression.Fit(inputs, [0, 1], 2, 2, c: 0.1, cancellationToken: Token).Probabilities(inputs[0])[0];
        var weak = LogisticRegression.Fit(inputs, [0, 1], 2, 2, c: 100, cancellationToken: Token).Probabilities(inputs[0])[0];

        Assert.InRange(strong, 0.5, 0.6);
        Assert.InRange(weak, 0.95, 1.0);
    }

    [Fact]
    public void One_feature_and_no_noise_has_the_solution_found_by_bisection()
    {
        // Two classes, inputs ±1, C = 1: by symmetry W = [[w, −w]], and w solves 2 · 2 · σ(−2w) = 2w.
        SparseVector[] inputs = [new([0], [1f]), new([0], [-1f])];
        double low = 0, high = 5;
        for (var i = 0; i < 100; i++)
        {
            var w = (low + high) / 2;
            if (2 / (1 + Math.Exp(2 * w)) > w)
                low = w;
            else
                high = w;
        }

        var p = LogisticRegression.Fit(inputs, [0, 1], 1, 2, c: 1, cancellationToken: Token).Probabilities(inputs[0])[0];

        Assert.Equal(1 / (1 + Math.Exp(-2 * low)), p, 3);
    }

    [Fact]
    public void Fitting_twice_gives_the_same_model()
    {
        SparseVector[] inputs = [new([0, 1], [0.6f, 0.8f]), new([1], [1f]), new([0], [1f])];
        int[] labels = [0, 1, 2];

        var first = LogisticRegression.Fit(inputs, labels, 2, 3, 10, cancellationToken: Token).Probabilities(inputs[0]);

        Assert.Equal(first, LogisticRegression.Fit(inputs, labels, 2, 3, 10, cancellationToken: Token).Probabilities(inputs[0]));
    }
}
