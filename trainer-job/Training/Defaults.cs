using Pipeline.Core;

namespace Pipeline.Trainer.Training;

/// <summary>Values for what the user left open, each with its reason.</summary>
internal sealed record Defaults(
    (int Value, string Reason) Epochs,
    (int Value, string Reason) BatchSize,
    (double Value, string Reason) LearningRate,
    (double Value, string Reason) Dropout,
    (double Value, string Reason) WordDropout,
    (double Value, string Reason) RandomWindow,
    (double Value, string Reason) EmaDecay)
{
    // A small model learns from scratch in about this many examples seen, however few there are, within this many passes.
    private static readonly (int Examples, int MostPasses) SingleLabel = (32_000, 20);

    // With several labels each is a question of its own, and most of them are about few examples.
    private static readonly (int Examples, int MostPasses) SeveralLabels = (64_000, 40);

    /// <summary>The usual recipe of fine-tuning a pretrained transformer.</summary>
    public static Defaults FineTuning { get; } = new(
        (3, "3: a pretrained model needs few passes"),
        (16, "16: Hugging Face's usual batch for fine-tuning"),
        (5e-5, "5e-5: Hugging Face's default for fine-tuning"),
        (0.1, "0.1: as the families were trained with"),
        (0, "0: pretrained weights do not lean on single words"),
        (0, "0: a pretrained model is trained on what it will read"),
        (0, "0: three epochs end with a learning rate near zero, which averages by itself"));

    /// <summary>The same for LoRA, whose adapters start from nothing.</summary>
    public static Defaults Lora { get; } = FineTuning with
    {
        LearningRate = (3e-4, "3e-4: adapters start at zero and have far to go, and the weights under them stay as they are"),
    };

    /// <summary>A small GPT-2 that starts from random weights.</summary>
    /// <param name="examples">Size of the training split.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    public static Defaults FromScratch(int examples, ProblemType problem)
    {
        var (seen, most) = problem == ProblemType.MultiLabelClassification ? SeveralLabels : SingleLabel;
        var epochs = (int)Math.Clamp(Math.Round((double)seen / examples), 3, most);
        return new Defaults(
            (epochs, $"{epochs}: about {seen} examples seen, of {examples}, within 3 to {most} passes"),
            (32, "32: small steps suit a small dataset"),
            (1e-3, "1e-3: a small model from random weights bears a high rate"),
            (0.2, "0.2: a small dataset is seen many times over, and is soon known by heart without it"),
            (0.2, "0.2: keeps the model from leaning on single words"),
            (0.5, "0.5: half the time another part of a long text, which is new text to learn from"),
            (0.99, "0.99: the average over some hundred steps is steadier than the last weights"));
    }
}
