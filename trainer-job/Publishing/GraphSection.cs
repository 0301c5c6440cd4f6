using System.Globalization;
using System.Text;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>What the model card says of the graphs for ONNX Runtime.</summary>
internal static class GraphSection
{
    private static readonly (string Name, Func<OnnxGraphMetrics, string?> Of)[] s_columns =
    [
        ("RMSE", m => Figure(m.Rmse, "G4")),
        ("texts answered right", m => Figure(m.Accuracy, "F4")),
        ("micro F1", m => Figure(m.MicroF1, "F4")),
        ("macro F1", m => Figure(m.MacroF1, "F4")),
        ("texts with another answer", m => Figure(m.DisagreementRate, "P2")),
        ("largest difference of a probability", m => Figure(m.MaxScoreDifference, "G2")),
        ("largest difference of an output", m => Figure(m.MaxAbsDifference, "G2")),
    ];

    /// <summary>The graphs beside the model, and which of them serves.</summary>
    /// <param name="onnx">With the model's own figures.</param>
    public static string Write(OnnxMetrics onnx)
    {
        // Of labels and of numbers there are different figures.
        var columns = s_columns.Where(c => c.Of(onnx.Fp32) is not null).ToArray();
        var text = new StringBuilder("### Graphs\n\n");
        text.Append(CultureInfo.InvariantCulture, $"For ONNX Runtime it comes in two graphs. On {onnx.Rows:N0} rows ({onnx.Split}) they give:\n\n");
        text.Append($"| | {string.Join(" | ", columns.Select(c => c.Name))} |\n| --- |{string.Concat(columns.Select(_ => " --- |"))}\n");
        Row("the model itself", onnx.Model!);
        Row("`onnx/model.onnx`, fp32", onnx.Fp32);
        Row("`onnx/model_int8.onnx`, int8", onnx.Int8);
        return text.Append($"\nBy default {onnx.Reason}\n\n").ToString();

        void Row(string name, OnnxGraphMetrics figures) => text.Append($"| {name} | {string.Join(" | ", columns.Select(c => c.Of(figures)))} |\n");
    }

    private static string? Figure(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture);
}
