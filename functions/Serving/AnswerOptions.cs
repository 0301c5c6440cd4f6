using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Serving;

/// <summary>How a request wants its texts read and its answers given.</summary>
/// <param name="Top">Labels for each text, at most; null: all.</param>
/// <param name="Threshold">Least probability of a label; only where a text has any number of labels. Null: the version's own, or <see cref="Sigmoid.DefaultThreshold"/>.</param>
/// <param name="RawScores">
/// Scores are the model's logits instead of probabilities. Which labels are given, in which order, and whether the model abstains is still
/// told by the probabilities. A number is the same either way. Default false.
/// </param>
/// <param name="CutAt">Where a text longer than the model reads is cut; null: it is refused. Default: at its end, as in training.</param>
internal sealed record AnswerOptions(int? Top = null, double? Threshold = null, bool RawScores = false, TruncationSide? CutAt = TruncationSide.End)
{
    /// <summary>All labels, as probabilities; long texts are cut at their end.</summary>
    public static AnswerOptions Default { get; } = new();
}
