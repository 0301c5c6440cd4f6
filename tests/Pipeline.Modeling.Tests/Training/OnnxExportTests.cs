using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Publishing;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>The graphs of a version and their check.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_graph_in_fp32_answers_as_the_model_does_and_both_are_measured_on_the_same_rows()
    {
        var onnx = Check(TinyTraining.Data);

        Assert.Equal((80, "test and validation"), (onnx.Rows, onnx.Split));
        Assert.Equal((0, onnx.Model!.Accuracy), (onnx.Fp32.DisagreementRate, onnx.Fp32.Accuracy));
        Assert.InRange(onnx.Fp32.MaxScoreDifference!.Value, 1e-12, 1e-4);
        Assert.InRange(onnx.Int8.MaxScoreDifference!.Value, onnx.Fp32.MaxScoreDifference.Value, 0.1);
        Assert.Equal((0, 0), (onnx.Model.MaxAbsDifference, onnx.Model.DisagreementRate));
    }

    [Fact]
    public void Thresholds_count_as_they_do_when_the_version_answers()
    {
        var none = Check(TinyTraining.Several, [1, 1, 1]);
        var all = Check(TinyTraining.Several, [0, 0, 0]);

        Assert.Equal(0, none.Fp32.MicroF1);
        Assert.InRange(all.Fp32.MicroF1!.Value, 0.1, 1);
    }

    [Fact]
    public void Numbers_are_measured_by_their_RMSE()
    {
        var onnx = Check(TinyTraining.Numbers);

        Assert.Equal(onnx.Model!.Rmse!.Value, onnx.Fp32.Rmse!.Value, 1e-2 * onnx.Model.Rmse.Value);
        Assert.Null(onnx.Int8.Accuracy);
        Assert.Contains("RMSE", onnx.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_split_of_a_thousand_rows_is_enough_by_itself()
    {
        Example[] rows = [.. Enumerable.Repeat(TinyTraining.Data.Test[0], 1_000)];

        Assert.Equal((1_000, "test"), Of(rows));
        Assert.Equal((999 + TinyTraining.Data.Validation.Count, "test and validation"), Of(rows[1..]));

        static (int, string) Of(Example[] test)
        {
            var chosen = GraphCheckRows.Of(TinyTraining.Data with { Test = test });
            return (chosen.Examples.Count, chosen.Split);
        }
    }

    [Fact]
    public void The_card_shows_the_figures_that_there_are_and_which_graph_serves()
    {
        var onnx = Check(TinyTraining.Data);
        var labels = GraphSection.Write(onnx);
        var numbers = GraphSection.Write(Check(TinyTraining.Numbers));

        Assert.Contains("On 80 rows (test and validation)", labels, StringComparison.Ordinal);
        Assert.Contains("| texts answered right | macro F1 | texts with another answer |", labels, StringComparison.Ordinal);
        Assert.Contains($"By default {onnx.Reason}", labels, StringComparison.Ordinal);
        Assert.Contains("| | RMSE | largest difference of an output |", numbers, StringComparison.Ordinal);
    }

    private OnnxMetrics Check(TrainingData data, double[]? thresholds = null)
    {
        using var model = TinyTraining.Model(data);
        OnnxExport.Write(_folder, model);
        return OnnxExport.Check(_folder, model, data, maxLength: 16, thresholds, threads: 1, TestContext.Current.CancellationToken);
    }
}
