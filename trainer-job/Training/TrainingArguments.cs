using Pipeline.Core.Runs;
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

    /// <summary>Optimizer steps of the run, whatever the epochs; null: the epochs decide.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Examples of a batch.</summary>
    public required int PerDeviceTrainBatchSize { get; init; }

    /// <summary>Batches of an optimizer step.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Whether the backward pass computes activations again instead of keeping them.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Tokens that are computed together, padding included; a batch with more is computed in parts.</summary>
    public int MaxTokensPerBatch { get; init; } = 16_384;

    /// <summary>Peak of the schedule.</summary>
    public required double LearningRate { get; init; }

    public string LrSchedulerType { get; init; } = "linear";

    /// <summary>The schedule's own numbers; null: the defaults.</summary>
    public SchedulerKwargs? LrSchedulerKwargs { get; init; }

    /// <summary>Steps before the peak.</summary>
    public required int WarmupSteps { get; init; }

    public required double WeightDecay { get; init; }

    public double AdamBeta1 { get; init; } = 0.9;

    public double AdamBeta2 { get; init; } = 0.999;

    public double AdamEpsilon { get; init; } = 1e-8;

    public required double MaxGradNorm { get; init; }

    /// <summary>Share of a target that is spread over all labels.</summary>
    public double LabelSmoothingFactor { get; init; }

    /// <summary>Weight of each label in the loss; null: all alike.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>When the validation split is scored, besides at the end: <c>no</c>, <c>steps</c> or <c>epoch</c>.</summary>
    public string EvalStrategy { get; init; } = "epoch";

    /// <summary>Steps between two evaluations, with <c>steps</c>.</summary>
    public int? EvalSteps { get; init; }

    /// <summary>When a checkpoint is saved, besides by the clock and at the end; likewise.</summary>
    public string SaveStrategy { get; init; } = "epoch";

    /// <summary>Steps between two checkpoints, with <c>steps</c>.</summary>
    public int? SaveSteps { get; init; }

    /// <summary>Which steps become events; likewise.</summary>
    public string LoggingStrategy { get; init; } = "steps";

    /// <summary>Steps between two such events, with <c>steps</c>; null: they come with the heartbeat.</summary>
    public int? LoggingSteps { get; init; }

    /// <summary>Examples that are scored together, at most; null: as many as fit.</summary>
    public int? PerDeviceEvalBatchSize { get; init; }

    /// <summary>The figure of the validation split by which weights are chosen.</summary>
    public string MetricForBestModel { get; init; } = "macro_f1";

    /// <summary>Whether more of it is better.</summary>
    public bool GreaterIsBetter { get; init; } = true;

    /// <summary>Whether the best weights are published rather than the last.</summary>
    public bool LoadBestModelAtEnd { get; init; } = true;

    /// <summary>Evaluations in a row without progress that end the run; null: none do.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>What progress must exceed.</summary>
    public double EarlyStoppingThreshold { get; init; }

    /// <summary>Whether products are computed in bf16; null: chosen when the training begins.</summary>
    public bool? Bf16 { get; init; }

    /// <summary>Whether products are computed in fp16, on a GPU; null: chosen when the training begins.</summary>
    public bool? Fp16 { get; init; }

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

    /// <summary>What the user asked for and could not be done as it was.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
