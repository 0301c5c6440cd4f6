using System.ComponentModel.DataAnnotations;

namespace Pipeline.Core.Runs;

/// <summary>
/// What a user may set in <c>{name}.options.json</c> or in blob metadata (same names, values as text).
/// Names and meanings are those of Hugging Face's <c>TrainingArguments</c> where they exist there.
/// A null means: chosen for the dataset and written into <c>training_args.json</c>.
/// </summary>
public sealed record RunOptions
{
    /// <summary>The column with the text. Default: found by name (<c>text</c>, <c>sentence</c>, <c>message</c>, <c>body</c>, …).</summary>
    public string? TextColumn { get; init; }

    /// <summary>The column with the label. Default: found by name (<c>label</c>, <c>category</c>, <c>class</c>, <c>target</c>, …).</summary>
    public string? LabelColumn { get; init; }

    /// <summary>A folder of the container <c>base-models</c> to fine-tune. Default: none, a small GPT-2 is trained from scratch.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Share of rows for validation. Default 0.1.</summary>
    [Range(0.01, 0.4)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Share of rows for the test. Default 0.1.</summary>
    [Range(0.01, 0.4)]
    public double TestFraction { get; init; } = 0.1;

    /// <summary>Seed of the split, the initial weights, the order of the data and dropout. Default 42.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 42;

    /// <summary>Size of the vocabulary that is learned where no base model is given, in tokens. Default 8,000.</summary>
    [Range(300, 100_000)]
    public int VocabularySize { get; init; } = 8_000;

    /// <summary>Tokens of a text that the model reads; the rest is cut off. Default: chosen from the lengths in the dataset.</summary>
    [Range(8, 8_192)]
    public int? MaxLength { get; init; }

    /// <summary>Passes over the training split. Default: chosen.</summary>
    [Range(1, 1_000)]
    public int? NumTrainEpochs { get; init; }

    /// <summary>Examples in an optimizer step. Default: chosen.</summary>
    [Range(1, 4_096)]
    public int? PerDeviceTrainBatchSize { get; init; }

    /// <summary>Peak learning rate of AdamW. Default: chosen.</summary>
    [Range(1e-7, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Share of the steps over which the learning rate rises to its peak. Default 0.1.</summary>
    [Range(0.0, 0.9)]
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Decoupled weight decay, not applied to biases and norms. Default 0.01.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The global gradient norm is clipped to this. Default 1.</summary>
    [Range(0.001, 1_000.0)]
    public double MaxGradNorm { get; init; } = 1.0;
}
