using Pipeline.Core.Findings;

namespace Pipeline.Core.Runs;

/// <summary>How many tokens of a text the model reads where the option <c>max_length</c> does not say: enough for 95 of 100 training texts, within a bound.</summary>
/// <param name="Value">Tokens.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record DefaultMaxLength(int Value, string Reason)
{
    /// <summary>The bound of a model that is trained from scratch, in tokens.</summary>
    public const int FromScratch = 256;

    /// <summary>The bound of a base model that is fine-tuned, in tokens.</summary>
    public const int FineTuning = 512;

    private const int Shortest = 16;
    private const double Share = 0.95;

    /// <summary>Chooses the length.</summary>
    /// <param name="trainLengths">Tokens of each training example, uncut, with the special tokens.</param>
    /// <param name="isPretrained">Whether a base model is fine-tuned.</param>
    public static DefaultMaxLength For(LengthCounts trainLengths, bool isPretrained)
    {
        var longest = isPretrained ? FineTuning : FromScratch;
        var enough = trainLengths.Percentile(Share);
        // A multiple of 8 suits the kernels.
        var rounded = Math.Max(Shortest, (enough + 7) / 8 * 8);
        return rounded <= longest
            ? new DefaultMaxLength((int)rounded, $"{rounded}: 95 of 100 training texts have at most {enough} tokens")
            : new DefaultMaxLength(longest, $"{longest}: half the texts have more than {trainLengths.Percentile(0.5)} tokens, but time grows with length");
    }
}
