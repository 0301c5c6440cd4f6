using Pipeline.Core;
using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class LogisticRegressionTests
{
    private const ProblemType Single = ProblemType.SingleLabelClassification, Multi = ProblemType.MultiLabelClassification;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void At_the_minimum_the_gradient_vanishes()
    {
        const int Features = 6, Classes = 3;
        const double C = 2;
        var random = new Random(5);
        SparseVector[] inputs = [.. Enumerable.Range(0, 60).Select(_ => Dense(random, Features))];
        int[] labels = [.. inputs.Select(x => random.NextDouble() < 0.2 ? random.Next(Classes) : x.Values[0] > 0 ? 0 : x.Values[1] > 0 ? 1 : 2)];

        var model = Fit(inputs, [.. labels.Select(l => new[] { l })], Classes, Single, C, Features);

        // The loss of scikit-learn's documentation, differentiated by hand: Σ (p − y) x + w / C = 0, and for the biases Σ (p − y) = 0.
        var biases = model.Scores(new SparseVector([], []));
        for (var k = 0; k < Classes; k++)
        {
            double[] errors = [.. inputs.Zip(labels, (x, y) => Softmax(model.Scores(x))[k] - (y == k ? 1 : 0))];
            Assert.InRange(errors.Sum(), -0.05, 0.05);
            for (var j = 0; j < Features; j++)
            {
                var weight = model.Scores(new SparseVector([j], [1f]))[k] - biases[k];
                Assert.InRange(inputs.Select((x, i) => errors[i] * x.Values[j]).Sum() + weight / C, -0.05, 0.05);
            }
        }
    }

    [Fact]
    public void At_the_minimum_the_gradient_vanishes_for_each_of_several_labels()
    {
        const int Features = 5, Labels = 2;
        const double C = 3;
        var random = new Random(5);
        SparseVector[] inputs = [.. Enumerable.Range(0, 80).Select(_ => Dense(random, Features))];
        int[][] labels = [.. inputs.Select(x => Enumerable.Range(0, Labels).Where(k => random.NextDouble() < 0.2 || x.Values[k] > 0.1).ToArray())];

        var model = Fit(inputs, labels, Labels, Multi, C, Features);

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

        Assert.Equal([(float)Math.Log(0.5 / 3.5), (float)Math.Log(3.5 / 0.5)], Fit(inputs, [[1], [1], [1]], 2, Multi, 10, 1).Scores(inputs[0]));

        // Beside a label that can be learned it is the same.
        Assert.Equal((float)Math.Log(3.5 / 0.5), Fit(inputs, [[0, 1], [1], [0, 1]], 2, Multi, 10, 1).Scores(inputs[0])[1]);
    }

    [Fact]
    public void A_weaker_penalty_fits_the_training_rows_more_closely()
    {
        SparseVector[] inputs = [new([0], [1f]), new([1], [1f])];

        Assert.InRange(Softmax(Fit(inputs, [[0], [1]], 2, Single, 0.1, 2).Scores(inputs[0]))[0], 0.5, 0.6);
        Assert.InRange(Softmax(Fit(inputs, [[0], [1]], 2, Single, 100, 2).Scores(inputs[0]))[0], 0.95, 1.0);
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

        Assert.Equal(1 / (1 + Math.Exp(-2 * low)), Softmax(Fit(inputs, [[0], [1]], 2, Single, 1, 1).Scores(inputs[0]))[0], 3);
    }

    [Fact]
    public void Fitting_twice_gives_the_same_model_bit_for_bit()
    {
        // More rows and columns than one thread takes at a time.
        var random = new Random(3);
        SparseVector[] inputs = [.. Enumerable.Range(0, 700).Select(_ =>
        {
            int[] columns = [.. Enumerable.Range(0, 12).Select(_ => random.Next(2_000)).Distinct().Order()];
            return new SparseVector(columns, [.. columns.Select(_ => random.NextSingle())]);
        })];
        int[][] labels = [.. inputs.Select(x => new[] { x.Indices[0] % 5 })];

        var (first, second) = (Fit(inputs, labels, 5, Single, 10, 2_000), Fit(inputs, labels, 5, Single, 10, 2_000));

        Assert.All(inputs, x => Assert.Equal(first.Scores(x), second.Scores(x)));
    }

    private static LogisticRegression Fit(SparseVector[] inputs, int[][] labels, int labelCount, ProblemType problem, double c, int features) =>
        LogisticRegression.Fit(SparseMatrix.Of(inputs, features), labels, labelCount, problem, c, cancellationToken: Token);

    private static SparseVector Dense(Random random, int features) =>
        new([.. Enumerable.Range(0, features)], [.. Enumerable.Range(0, features).Select(_ => random.NextSingle() - 0.5f)]);

    private static double[] Softmax(float[] scores)
    {
        var sum = scores.Sum(s => Math.Exp(s));
        return [.. scores.Select(s => Math.Exp(s) / sum)];
    }
}
