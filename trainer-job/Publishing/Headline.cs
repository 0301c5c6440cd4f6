using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Publishing;

/// <summary>The one figure that two versions are compared by; higher is better.</summary>
/// <param name="Key">For machines, for example <c>macro_f1</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Value">The figure.</param>
internal sealed record Headline(string Key, string Name, double Value)
{
    /// <summary>The macro F1; with several labels a text the micro F1, in which rare labels weigh by their number; for numbers R².</summary>
    public static Headline Of(ModelMetrics metrics) => metrics switch
    {
        ClassificationMetrics { MultilabelConfusionMatrix: not null, Micro: { } micro } => new Headline("micro_f1", "micro F1", micro.F1),
        RegressionMetrics => new Headline("r2", "R²", metrics.Score()),
        _ => new Headline("macro_f1", "macro F1", metrics.Score()),
    };
}
