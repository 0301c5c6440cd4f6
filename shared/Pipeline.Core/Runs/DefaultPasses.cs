namespace Pipeline.Core.Runs;

/// <summary>How often the training split is passed over, and in what batches, where the options do not say; the trainer trains by it, and what a run will cost is estimated by it.</summary>
/// <param name="Epochs">Passes, and why so many.</param>
/// <param name="BatchSize">Examples of a batch, and why so many.</param>
public sealed record DefaultPasses((int Value, string Reason) Epochs, (int Value, string Reason) BatchSize)
{
    private const int FineTuningBatch = 16, FineTuningEpochs = 3;

    // Few examples need more passes than three to settle (Mosbach et al. 2021; Zhang et al. 2021): about 600 steps, within 20 epochs.
    private const int FewestSeen = 600 * FineTuningBatch, MostFineTuningEpochs = 20;

    // Tokens of an input on average, above which a text has words enough to be learned from its label alone.
    private const int LongText = 160;

    private const int FewExamples = 2_000;

    // A small model learns from scratch in about so many examples seen, or in so many tokens where texts are short, within so many passes.
    private static readonly (int Examples, int Tokens, int MostPasses) SingleLabel = (60_000, 3_000_000, 20);

    // With several labels each is a question of its own, and most of them are about few examples.
    private static readonly (int Examples, int Tokens, int MostPasses) SeveralLabels = (60_000, 6_000_000, 40);

    /// <summary>Whether texts count as long when a small model is trained from scratch.</summary>
    /// <param name="examples">Size of the training split.</param>
    /// <param name="tokens">Of its inputs together.</param>
    public static bool AreLong(int examples, long tokens) => tokens > (long)LongText * examples;

    /// <summary>Of a small GPT-2 that starts from random weights.</summary>
    /// <param name="examples">Size of the training split.</param>
    /// <param name="tokens">Of its inputs together.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    public static DefaultPasses FromScratch(int examples, long tokens, ProblemType problem)
    {
        if (AreLong(examples, tokens))
        {
            var (examplesSeen, most) = problem == ProblemType.MultiLabelClassification ? (64_000, 40) : (32_000, 20);
            var passesOfLong = (int)Math.Clamp(Math.Round((double)examplesSeen / examples), 3, most);
            return new DefaultPasses(
                (passesOfLong, $"{passesOfLong}: about {examplesSeen} examples seen, of {examples}, within 3 to {most} passes"),
                (32, "32: small steps suit a small dataset"));
        }

        var seen = problem == ProblemType.MultiLabelClassification ? SeveralLabels : SingleLabel;
        var passes = Math.Max((double)seen.Examples / examples, (double)seen.Tokens / Math.Max(1, tokens));
        var epochs = (int)Math.Clamp(Math.Round(passes), 3, seen.MostPasses);
        return new DefaultPasses(
            (epochs, $"{epochs}: about {seen.Examples} examples or {seen.Tokens} tokens seen, of {examples} and {tokens}, within 3 to {seen.MostPasses} passes"),
            examples < FewExamples ? (32, "32: few examples make few steps") : (64, "64: half the steps of 32, each of which has a vocabulary to update"));
    }

    /// <summary>Of a base model that is fine-tuned.</summary>
    /// <param name="examples">Size of the training split.</param>
    public static DefaultPasses FineTuning(int examples) => new(EpochsFor(examples), BatchFor(examples));

    private static (int, string) EpochsFor(int examples)
    {
        var epochs = examples switch
        {
            > 1_000_000 => 1,
            > 200_000 => 2,
            _ => (int)Math.Clamp(Math.Ceiling((double)FewestSeen / examples), FineTuningEpochs, MostFineTuningEpochs),
        };
        return (epochs, Invariant($"{epochs}: ") + (epochs switch
        {
            FineTuningEpochs => "Hugging Face's default; a pretrained model needs few passes",
            > FineTuningEpochs => Invariant($"{examples} examples in fewer passes are too few steps to settle"),
            _ => Invariant($"{examples} examples hold so much that fewer passes than Hugging Face's 3 do"),
        }));
    }

    private static (int, string) BatchFor(int examples) => examples switch
    {
        < 8 * FineTuningBatch => (8, Invariant($"8: with {examples} examples a larger batch makes too few steps")),
        >= 50_000 => (32, Invariant($"32: {examples} examples make steps enough, and larger batches are faster")),
        _ => (FineTuningBatch, "16: Hugging Face's usual batch for fine-tuning"),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
