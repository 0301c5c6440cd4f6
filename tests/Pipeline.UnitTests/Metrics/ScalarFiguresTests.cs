using Pipeline.Core.Metrics;

namespace Pipeline.UnitTests.Metrics;

public class ScalarFiguresTests
{
    [Fact]
    public void All_single_figures_of_the_metrics_are_there_under_flat_names()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 0);
        matrix.Add(1, 1);
        matrix.Add(1, 0);

        var figures = ScalarFigures.Of(ClassificationMetrics.From(matrix, ["ham", "spam"], logLoss: 0.25), "validation_");

        Assert.Equal(2 / 3.0, figures["validation_accuracy"]);
        Assert.Equal((2 / 3.0 + 2 / 3.0) / 2, figures["validation_macro_f1"], precision: 12);
        Assert.Equal(0.25, figures["validation_log_loss"]);
        Assert.Contains("validation_weighted_recall", figures.Keys);
        Assert.DoesNotContain(figures.Keys, name => name.Contains("class") || name.Contains("matrix"));
    }

    [Fact]
    public void A_figure_that_is_not_finite_is_left_out()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 0);

        var figures = ScalarFigures.Of(ClassificationMetrics.From(matrix, ["ham", "spam"], logLoss: double.NaN));

        Assert.Equal(1, figures["accuracy"]);
        Assert.DoesNotContain("log_loss", figures.Keys);
    }
}
