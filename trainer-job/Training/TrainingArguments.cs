using Pipeline.Modeling.Lora;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Everything that the training loop is told, under the names of Hugging Face's <c>TrainingArguments</c> where they exist there;
/// published as <c>training_args.json</c>.
/// </summary>
internal sealed record TrainingArguments
{
    /// <summary>The folder in <c>base-models</c> that was fine-tuned; null for a model trained from scratch.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Type in which the base model's frozen matrices are held and multiplied: <c>float32</c> or <c>bfloat16</c>.</summary>
    public string BaseModelDtype { get; init; } = "float32";

    /// <summary>The lowest blocks, which stay as they are in the base model, with the embeddings under them.</summary>
    public int FreezeLayers { get; init; }

    /// <summary>The LoRA adapters that are trained in place of the base model's weights; null: the weights themselves are trained.</summary>
    public LoraConfig? Lora { get; init; }

    public required int Seed { get; init; }

    /// <summary>Tokens of a text that are read, from its beginning, special tokens included.</summary>
    public required int MaxLength { get; init; }

    public required int NumTrainEpochs { get; init; }

    /// <summary>Examples of an optimizer step.</summary>
    public required int PerDeviceTrainBatchSize { get; init; }

    /// <summary>Tokens of a batch with padding; a batch of long texts holds fewer examples.</summary>
    public int MaxTokensPerBatch { get; init; } = 16_384;

    /// <summary>Peak of the schedule.</summary>
    public required double LearningRate { get; init; }

    public string LrSchedulerType { get; init; } = "linear";

    public required double WarmupRatio { get; init; }

    public required double WeightDecay { get; init; }

    public double AdamBeta1 { get; init; } = 0.9;

    public double AdamBeta2 { get; init; } = 0.999;

    public double AdamEpsilon { get; init; } = 1e-8;

    public required double MaxGradNorm { get; init; }

    /// <summary>Dropout of embeddings and residuals.</summary>
    public required double Dropout { get; init; }

    /// <summary>Share of tokens blanked out in training.</summary>
    public double WordDropout { get; init; }

    /// <summary>Share of the texts longer than <see cref="MaxLength"/> of which training reads a window at a random place instead of the beginning.</summary>
    public double RandomWindow { get; init; }

    /// <summary>Decay of the exponential moving average of the weights, which is what is evaluated and published; 0: the weights themselves.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Share of the loss that is the distance to a linear model's answers, with the labels for the rest; 0: none is fitted.</summary>
    public double TeacherWeight { get; init; }

    /// <summary>Share of that distance that is taken at every token, the later the more; the rest is the last token's.</summary>
    public double PrefixWeight { get; init; }

    /// <summary>Why each value that was chosen for the user is what it is, by name.</summary>
    public required IReadOnlyDictionary<string, string> Reasons { get; init; }
}
