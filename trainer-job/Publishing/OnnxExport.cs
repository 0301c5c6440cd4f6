using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Modeling.Onnx;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Publishing;

/// <summary>Writes a version's graphs and checks them: each against the model that it was made of, on the validation split.</summary>
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

    /// <summary>Runs both graphs beside the model.</summary>
    /// <exception cref="PermanentFailureException">The graph in fp32 does not give what the model gives, or the one in int8 gives no numbers.</exception>
    public static OnnxMetrics Check(string folder, SequenceClassifier model, Evaluator validation, int threads, CancellationToken stop)
    {
        // One after the other: a large model is in memory once as Torch has it and once as ONNX Runtime has it.
        var fp32 = Compare(Path.Combine(folder, Fp32), model, validation, threads, stop);
        RequireEqual(Fp32, fp32, Tolerance(model) * validation.Unit);
        var int8 = Compare(Path.Combine(folder, Int8), model, validation, threads, stop);
        RequireEqual(Int8, int8, double.MaxValue); // rounded, but numbers
        return new OnnxMetrics(fp32, int8);
    }

    /// <summary>Refuses a graph whose logits are not the model's.</summary>
    public static void RequireEqual(string graph, OnnxGraphMetrics figures, double tolerance)
    {
        if (figures.MaxAbsDifference <= tolerance)
            return;
        throw new PermanentFailureException(
            "onnx-differs",
            string.Create(CultureInfo.InvariantCulture, $"The exported graph {graph} is not the trained model: its logits differ by up to {figures.MaxAbsDifference:g3} on the validation split, where {tolerance:g3} is allowed. Nothing was published."),
            "This is an error of the export, not of the data: report it with the run's options and the base model's config.json. Another base model may work.");
    }

    // The graph computes in fp32; a model with weights of half precision rounds at every step, and its logits by so much.
    private static double Tolerance(SequenceClassifier model) => model.parameters().All(p => p.dtype == float32) ? 1e-3 : 0.1;

    private static OnnxGraphMetrics Compare(string path, SequenceClassifier model, Evaluator validation, int threads, CancellationToken stop)
    {
        using var graph = new OnnxSession(path, threads);
        if (validation.Problem == ProblemType.Regression)
            return CompareNumbers(graph, model, validation, stop);
        var comparison = new GraphComparison(model.Labels, validation.Problem);
        foreach (var (batch, logits) in validation.Logits(model, stop))
        {
            float[] given = graph.Run(batch);
            for (var row = 0; row < batch.Size; row++)
                comparison.Add(batch.Labels[row], Row(logits, row), Row(given, row));
        }

        return comparison.ToMetrics();

        ReadOnlySpan<float> Row(float[] all, int row) => all.AsSpan(row * model.Labels.Count, model.Labels.Count);
    }

    private static OnnxGraphMetrics CompareNumbers(OnnxSession graph, SequenceClassifier model, Evaluator validation, CancellationToken stop)
    {
        var comparison = new NumberComparison();
        foreach (var (batch, answers) in validation.Logits(model, stop))
        {
            float[] given = graph.Run(batch);
            for (var row = 0; row < batch.Size; row++)
                comparison.Add(batch.Targets![row], answers[row], given[row]);
        }

        return comparison.ToMetrics();
    }
}
