using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>Which of a version's graphs serves: int8, which is three to four times as fast, where it costs next to nothing.</summary>
internal static class PrecisionRule
{
    /// <summary>What int8 may cost of the accuracy, or with several labels a text of the micro F1: half a point. It must cost less.</summary>
    public const double MostCost = 0.005;

    /// <summary>The share by which int8 may raise the RMSE of numbers. It must raise it by less.</summary>
    public const double MostRmseIncrease = 0.01;

    // A difference that is the bound itself is not below it, whatever the last bit of the subtraction says.
    private const double Rounding = 1e-9;

    /// <summary>Chooses by the figures of the check.</summary>
    /// <returns>The graph, and why in a sentence.</returns>
    public static (GraphPrecision Serves, string Reason) Choose(OnnxMetrics figures, ProblemType problem)
    {
        var (fp32, int8) = (figures.Fp32, figures.Int8);
        return problem switch
        {
            ProblemType.Regression => ByRmse(figures, fp32.Rmse!.Value, int8.Rmse!.Value),
            ProblemType.MultiLabelClassification => ByShare(figures, "micro F1", fp32.MicroF1!.Value, int8.MicroF1!.Value),
            _ => ByShare(figures, "accuracy", fp32.Accuracy!.Value, int8.Accuracy!.Value),
        };
    }

    private static (GraphPrecision, string) ByShare(OnnxMetrics figures, string name, double fp32, double int8)
    {
        var serves = fp32 - int8 < MostCost - Rounding;
        return Say(serves, Text($"{name} {int8:F4} against {fp32:F4} of fp32 on {Rows(figures)}"), Text($"less than {MostCost}"));
    }

    private static (GraphPrecision, string) ByRmse(OnnxMetrics figures, double fp32, double int8)
    {
        var serves = int8 < fp32 * (1 + MostRmseIncrease - Rounding) || int8 <= fp32;
        return Say(serves, Text($"an RMSE of {int8:G4} against {fp32:G4} of fp32 on {Rows(figures)}"), Text($"an increase below {MostRmseIncrease:P0}"));
    }

    private static (GraphPrecision, string) Say(bool int8, string figures, string allowed) => int8
        ? (GraphPrecision.Int8, $"int8 serves: it has {figures}.")
        : (GraphPrecision.Fp32, $"fp32 serves: int8 has {figures}, where {allowed} is asked for.");

    private static string Rows(OnnxMetrics figures) => Text($"{figures.Rows:N0} rows ({figures.Split})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
