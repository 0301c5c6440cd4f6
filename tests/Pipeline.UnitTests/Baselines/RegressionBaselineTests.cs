using Pipeline.Core.Baselines;

namespace Pipeline.UnitTests.Baselines;

public sealed class RegressionBaselineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Ridge_gives_the_solution_of_the_normal_equations()
    {
        // y = [1, 2, 4], alpha 1; with both centred, (XᵀX + αI) w = Xᵀy and b = ȳ − w·x̄.
        SparseVector[] inputs = [new([0], [1]), new([1], [1]), new([0, 1], [1, 1])];

        var model = RidgeRegression.Fit(SparseMatrix.Of(inputs, 2), [1, 2, 4], alpha: 1, cancellationToken: Cancel);

        // Centred XᵀX = [[2/3, -1/3], [-1/3, 2/3]], Xᵀy = [1/3, 4/3].
        const double W0 = (5.0 / 3 * (1.0 / 3) + 1.0 / 3 * (4.0 / 3)) / (25.0 / 9 - 1.0 / 9), W1 = (1.0 / 3 * (1.0 / 3) + 5.0 / 3 * (4.0 / 3)) / (25.0 / 9 - 1.0 / 9);
        const double B = 7.0 / 3 - 2.0 / 3 * (W0 + W1);
        Assert.Equal(W0 + B, model.Predict(inputs[0]), 9);
        Assert.Equal(W1 + B, model.Predict(inputs[1]), 9);
        Assert.Equal(W0 + W1 + B, model.Predict(inputs[2]), 9);
    }

    [Fact]
    public void Words_that_raise_a_number_are_found_whatever_its_unit()
    {
        var random = new Random(1);
        string[] words = ["bad", "poor", "fair", "good", "great"];
        List<TargetText> texts = [.. Enumerable.Range(0, 400).Select(_ =>
        {
            int[] chosen = [.. Enumerable.Range(0, 6).Select(_ => random.Next(words.Length))];
            return new TargetText(string.Join(' ', chosen.Select(w => words[w])), 1e6 + 1e4 * chosen.Average());
        })];

        var baseline = RegressionBaseline.Fit(texts[..300], texts[300..350], Cancel);
        var metrics = baseline.Evaluate(texts[350..]);

        Assert.InRange(metrics.R2, 0.9, 1.0);
        Assert.InRange(metrics.Rmse, 0, 3e3);
        Assert.True(baseline.Predict("great great great") > baseline.Predict("bad bad bad"));
    }
}
