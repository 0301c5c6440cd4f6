using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Publishing;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>Which graph serves.</summary>
public sealed class PrecisionRuleTests
{
    [Theory]
    [InlineData(0.9, 0.9, GraphPrecision.Int8)]
    [InlineData(0.9, 0.91, GraphPrecision.Int8)]
    [InlineData(0.9, 0.8951, GraphPrecision.Int8)]
    [InlineData(0.9, 0.895, GraphPrecision.Fp32)] // half a point is too much
    [InlineData(0.9, 0.8, GraphPrecision.Fp32)]
    public void Int8_serves_where_it_costs_less_than_half_a_point_of_accuracy(double fp32, double int8, GraphPrecision serves) =>
        Assert.Equal(serves, Choose(new(0, 0, fp32, 0), new(0, 0, int8, 0), ProblemType.SingleLabelClassification).Serves);

    [Theory, InlineData(0.7951, GraphPrecision.Int8), InlineData(0.795, GraphPrecision.Fp32)]
    public void With_several_labels_a_text_it_is_the_micro_F1_and_not_the_accuracy(double int8, GraphPrecision serves) =>
        Assert.Equal(serves, Choose(new(0, 0, 0.9, 0, MicroF1: 0.8), new(0, 0, 0.1, 0, MicroF1: int8), ProblemType.MultiLabelClassification).Serves);

    [Theory]
    [InlineData(200, 199, GraphPrecision.Int8)]
    [InlineData(200, 201.9, GraphPrecision.Int8)]
    [InlineData(200, 202, GraphPrecision.Fp32)] // one in a hundred is too much
    [InlineData(0, 0, GraphPrecision.Int8)]
    [InlineData(0, 1e-6, GraphPrecision.Fp32)]
    public void For_numbers_it_is_the_share_by_which_the_RMSE_rises(double fp32, double int8, GraphPrecision serves) =>
        Assert.Equal(serves, Choose(new(0, Rmse: fp32), new(0, Rmse: int8), ProblemType.Regression).Serves);

    [Fact]
    public void The_reason_has_the_figures_and_where_they_are_from()
    {
        var (_, reason) = Choose(new(0, 0, 0.9, 0), new(0, 0, 0.85, 0), ProblemType.SingleLabelClassification);

        Assert.Equal("fp32 serves: int8 has accuracy 0.8500 against 0.9000 of fp32 on 1,200 rows (test), where less than 0.005 is asked for.", reason);
    }

    private static (GraphPrecision Serves, string Reason) Choose(OnnxGraphMetrics fp32, OnnxGraphMetrics int8, ProblemType problem) =>
        PrecisionRule.Choose(new OnnxMetrics(fp32, int8) { Rows = 1_200, Split = "test" }, problem);
}
