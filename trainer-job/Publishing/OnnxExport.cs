using System.Globalization;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Modeling.Onnx;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Publishing;

/// <summary>Writes a version's graphs and checks them: each against the model that it was made of.</summary>
internal static class OnnxExport
{
    /// <summary>The graph in fp32, in the version's folder.</summary>
    public const string Fp32 = "onnx/model.onnx";

    /// <summary>The graph in int8.</summary>
    public const string Int8 = "onnx/model_int8.onnx";

    /// <summary>Writes both graphs.</summary>
    /// <param name="folder">The version's folder.</param>
    /// <param name="model">Without adapters.</param>
    public static void Write(string folder, SequenceClassifier model)
    {
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        OnnxExporter.Export(model, Path.Combine(folder, Fp32));
        OnnxExporter.Export(model, Path.Combine(folder, Int8), OnnxPrecision.Int8);
    }

    /// <summary>Runs both graphs over the rows that the model has answered, and chooses the one that serves.</summary>
    /// <param name="folder">The version's folder.</param>
    /// <param name="model">Without adapters.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="maxLength">Tokens of a text that it reads.</param>
    /// <param name="thresholds">With several labels a text, the version's own; null: one half.</param>
    /// <param name="threads">Of ONNX Runtime.</param>
    /// <param name="stop">Ends it within a batch.</param>
    /// <exception cref="PermanentFailureException">The graph in fp32 does not give what the model gives, or the one in int8 gives no numbers.</exception>
    public static OnnxMetrics Check(
        string folder, SequenceClassifier model, TrainingData data, int maxLength, IReadOnlyList<double>? thresholds, int threads, CancellationToken stop)
    {
        var rows = GraphCheckRows.Of(data);
        var evaluator = new Evaluator(data, rows.Examples, data.Inputs(maxLength));
        var check = new GraphCheck(model, evaluator, thresholds, threads, stop);
        // One after the other: a large model is in memory once as Torch has it and once as ONNX Runtime has it.
        var fp32 = check.Of(Path.Combine(folder, Fp32));
        RequireEqual(Fp32, fp32, Tolerance(model) * evaluator.Unit);
        var int8 = check.Of(Path.Combine(folder, Int8));
        RequireEqual(Int8, int8, double.MaxValue); // rounded, but numbers
        var figures = new OnnxMetrics(fp32, int8) { Model = check.OfModel(), Rows = rows.Examples.Count, Split = rows.Split };
        var (serves, reason) = PrecisionRule.Choose(figures, data.Problem);
        return figures with { Serves = serves, Reason = reason };
    }

    /// <summary>Refuses a graph whose logits are not the model's.</summary>
    public static void RequireEqual(string graph, OnnxGraphMetrics figures, double tolerance)
    {
        if (figures.MaxAbsDifference <= tolerance)
            return;
        throw new PermanentFailureException(
            "onnx-differs",
            string.Create(CultureInfo.InvariantCulture, $"The exported graph {graph} is not the trained model: its logits differ by up to {figures.MaxAbsDifference:g3} on the rows that it was checked on, where {tolerance:g3} is allowed. Nothing was published."),
            "This is an error of the export, not of the data: report it with the run's options and the base model's config.json. Another base model may work.");
    }

    // The graph computes in fp32; a model with weights of half precision rounds at every step, and its logits by so much.
    private static double Tolerance(SequenceClassifier model) => model.parameters().All(p => p.dtype == float32) ? 1e-3 : 0.1;
}
