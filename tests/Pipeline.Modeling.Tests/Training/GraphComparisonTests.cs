using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Publishing;

namespace Pipeline.Modeling.Tests;

public sealed class GraphComparisonTests
{
    private static readonly string[] s_labels = ["a", "b", "c"];

    [Fact]
    public void The_largest_difference_and_the_share_of_other_answers_are_told()
    {
        var comparison = new GraphComparison(s_labels, ProblemType.SingleLabelClassification);
        comparison.Add([0], [2, 1, 0], [2.25f, 1, 0]);
        comparison.Add([1], [0, 1, 0.75f], [0, 1, 1.5f]); // the graph says c
        comparison.Add([2], [0, 0, 4], [0, 0, 4]);
        comparison.Add([0], [0, 3, 0], [0, 3, 0]); // both wrong

        var figures = comparison.ToMetrics();
        Assert.Equal((0.75, 0.25, 0.5), (figures.MaxAbsDifference, figures.DisagreementRate!.Value, figures.Accuracy!.Value));
    }

    [Fact]
    public void With_several_labels_a_text_counts_as_another_answer_where_any_label_differs()
    {
        var comparison = new GraphComparison(s_labels, ProblemType.MultiLabelClassification);
        comparison.Add([0, 1], [2, 1, -1], [1, 2, -2]);
        comparison.Add([0], [2, -0.5f, -1], [2, 0.5f, -1]);

        var figures = comparison.ToMetrics();
        Assert.Equal((1.0, 0.5, 0.5), (figures.MaxAbsDifference, figures.DisagreementRate!.Value, figures.Accuracy!.Value));
        Assert.Equal(6.0 / 7, figures.MicroF1!.Value, 1e-9);
        Assert.Equal(1 / (1 + Math.Exp(-0.5)) - 1 / (1 + Math.Exp(0.5)), figures.MaxScoreDifference!.Value, 1e-6);
    }

    [Fact]
    public void A_logit_that_is_not_a_number_is_no_small_difference()
    {
        var comparison = new GraphComparison(s_labels, ProblemType.MultiLabelClassification);
        comparison.Add([0], [2, 1, 0], [2, float.NaN, 0]);

        Assert.Equal(double.PositiveInfinity, comparison.ToMetrics().MaxAbsDifference);
    }

    [Theory, InlineData(0.0011), InlineData(double.PositiveInfinity)]
    public void A_graph_that_is_not_the_model_ends_the_run_for_good(double difference)
    {
        var failure = Assert.Throws<PermanentFailureException>(() => OnnxExport.RequireEqual(OnnxExport.Fp32, new OnnxGraphMetrics(difference, 0, 1, 1), tolerance: 1e-3));

        Assert.Equal("onnx-differs", failure.Code);
        OnnxExport.RequireEqual(OnnxExport.Fp32, new OnnxGraphMetrics(0.001, 0, 1, 1), tolerance: 1e-3);
    }
}
