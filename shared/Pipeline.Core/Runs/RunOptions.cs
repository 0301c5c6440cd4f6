using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Pipeline.Core.Datasets;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core.Runs;

/// <summary>
/// What a user may set in <c>{name}.options.json</c> or in blob metadata (same names, values as text).
/// Names and meanings are those of Hugging Face's <c>TrainingArguments</c> where they exist there.
/// A null means: chosen for the dataset and written into <c>training_args.json</c>.
/// This is the one place where an option is written down: the schema file and the table in <c>docs/dataset-format.md</c> are made from
/// the properties' names, types, attributes, defaults and summaries (see <c>OptionsSchemaTests</c>).
/// </summary>
public sealed record RunOptions
{
    /// <summary>Whether a model is trained, or the dataset is only checked and reported on. Default: train.</summary>
    [Category("Run")]
    public RunMode Mode { get; init; }

    /// <summary>
    /// The column with the text, or a list of columns that are joined with a line break. Default: found by name
    /// (<c>text</c>, <c>sentence</c>, <c>message</c>, <c>body</c>, …), else by content. Without a header the columns are <c>1</c>, <c>2</c>, ….
    /// </summary>
    [Category("Reading")]
    public NameList? TextColumn { get; init; }

    /// <summary>The column with the second text of a pair. Default: found by name (<c>sentence2</c>, <c>hypothesis</c>, <c>question2</c>, …), else none.</summary>
    [Category("Reading")]
    public string? TextPairColumn { get; init; }

    /// <summary>The column with the label. Default: found by name (<c>label</c>, <c>category</c>, <c>class</c>, <c>target</c>, …), else by content.</summary>
    [Category("Reading")]
    public string? LabelColumn { get; init; }

    /// <summary>What stands between several labels in a field; makes the dataset multi-label. Default: none, a field is one label.</summary>
    [Category("Reading")]
    public string? LabelSeparator { get; init; }

    /// <summary>A label ends before this: <c>:</c> makes <c>NUM</c> of <c>NUM:dist</c>. Default: none.</summary>
    [Category("Reading")]
    public string? LabelUntil { get; init; }

    /// <summary>Names for labels that are numbers, counted from 0 or from 1, whichever fits. Default: none, numbers are names themselves.</summary>
    [Category("Reading")]
    public NameList? LabelNames { get; init; }

    /// <summary>A blob beside the dataset with the label names, one a line. Default: none.</summary>
    [Category("Reading")]
    public string? LabelNamesFile { get; init; }

    /// <summary>Whether a row has one label, any number of them, or a number to be predicted. Default: single-label, unless the label column holds lists.</summary>
    [Category("Reading")]
    public ProblemType? ProblemType { get; init; }

    /// <summary>One character between fields, or <c>tab</c>. Default: found in the content.</summary>
    [Category("Reading")]
    [RegularExpression("^(.|tab|\\\\t|\t)$")]
    public string? Delimiter { get; init; }

    /// <summary>Whether the first record names the columns. Default: found in the content.</summary>
    [Category("Reading")]
    public bool? HasHeader { get; init; }

    /// <summary>How characters are written as bytes. Default: UTF-8, or UTF-16 where a byte order mark says so.</summary>
    [Category("Reading")]
    [AllowedValues("utf-8", "utf-16", "utf-16le", "utf-16be", "latin-1", "windows-1252", null)]
    public string? Encoding { get; init; }

    /// <summary>Where the rows lie in a JSON document: a path, a list of paths, or an object of them by split. Default: the document is an array.</summary>
    [Category("Reading")]
    public RecordPaths? Records { get; init; }

    /// <summary>Whether labels that differ only in case or spaces become one: the most frequent spelling. Default: false.</summary>
    [Category("Findings")]
    public bool MergeLabelVariants { get; init; }

    /// <summary>Findings that the report leaves out, warnings and notes only. Default: none.</summary>
    [Category("Findings")]
    public NameList? IgnoreFindings { get; init; }

    /// <summary>Share of rows for validation. Default 0.1.</summary>
    [Category("Split")]
    [Range(0.01, 0.4)]
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>Share of rows for the test. Default 0.1.</summary>
    [Category("Split")]
    [Range(0.01, 0.4)]
    public double TestFraction { get; set; } = 0.1;

    /// <summary>Seed of the split, the initial weights, the order of the data and dropout. Default 42.</summary>
    [Category("Split")]
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 42;

    /// <summary>A folder of the container <c>base-models</c> to fine-tune. Default: none, a small GPT-2 is trained from scratch.</summary>
    [Category("Model")]
    public string? BaseModel { get; init; }

    /// <summary>The lowest blocks of the base model, which stay as they are, with the embeddings under them; not with <c>lora_r</c>. Default 0.</summary>
    [Category("Model")]
    [Range(0, 1_000)]
    public int FreezeLayers { get; init; }

    /// <summary>Rank of LoRA adapters, which are trained in place of the base model's weights. Default: none, the weights themselves are trained.</summary>
    [Category("Model")]
    [Range(1, 1_024)]
    public int? LoraR { get; init; }

    /// <summary>What a LoRA adapter adds is multiplied by this over its rank. Default: twice the rank.</summary>
    [Category("Model")]
    [Range(0.01, 10_000.0)]
    public double? LoraAlpha { get; init; }

    /// <summary>Dropout of the LoRA adapters' input. Default: chosen, 0.05.</summary>
    [Category("Model")]
    [Range(0.0, 0.9)]
    public double? LoraDropout { get; init; }

    /// <summary>Names of the projections that get a LoRA adapter, such as <c>c_attn</c> or <c>query</c>. Default: those that PEFT chooses for the family.</summary>
    [Category("Model")]
    public NameList? LoraTargetModules { get; init; }

    /// <summary>Whether LoRA's scale is over the root of the rank (rank-stabilized LoRA). Default: false.</summary>
    [Category("Model")]
    public bool UseRslora { get; init; }

    /// <summary>Type in which LoRA holds the base model's matrices; <c>bfloat16</c> takes half the memory. Default: float32.</summary>
    [Category("Model")]
    [AllowedValues("float32", "bfloat16")]
    public string BaseModelDtype { get; set; } = "float32";

    /// <summary>Size of the vocabulary that is learned where no base model is given, in tokens. Default 8,000.</summary>
    [Category("Model")]
    [Range(300, 100_000)]
    public int VocabularySize { get; set; } = 8_000;

    /// <summary>Tokens of a text that the model reads; the rest is cut off. Default: chosen from the lengths in the dataset.</summary>
    [Category("Model")]
    [Range(8, 8_192)]
    public int? MaxLength { get; init; }

    /// <summary>Dropout of embeddings and residuals, and in a base model of attention weights. Default: chosen.</summary>
    [Category("Model")]
    [Range(0.0, 0.9)]
    public double? Dropout { get; init; }

    /// <summary>Passes over the training split. Default: chosen, as with <c>auto</c>.</summary>
    [Category("Training")]
    [Range(1, 1_000)]
    [JsonConverter(typeof(AutoOr<int>))]
    public int? NumTrainEpochs { get; init; }

    /// <summary>Optimizer steps of the run, over as many epochs as they take; <c>num_train_epochs</c> then does not count. Default: none, the epochs decide.</summary>
    [Category("Training")]
    [Range(1, 100_000_000)]
    public int? MaxSteps { get; init; }

    /// <summary>Examples that are computed together; they are split further where they do not fit in memory. Default: chosen, as with <c>auto</c>.</summary>
    [Category("Training")]
    [Range(1, 4_096)]
    [JsonConverter(typeof(AutoOr<int>))]
    public int? PerDeviceTrainBatchSize { get; init; }

    /// <summary>Batches whose gradients are added up for an optimizer step. Default 1.</summary>
    [Category("Training")]
    [Range(1, 4_096)]
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>Whether the backward pass computes each block's activations again instead of keeping them: less memory, about a third more time. Default: false.</summary>
    [Category("Training")]
    public bool GradientCheckpointing { get; init; }

    /// <summary>Peak learning rate of AdamW. Default: chosen, as with <c>auto</c>.</summary>
    [Category("Training")]
    [Range(1e-7, 1.0)]
    [JsonConverter(typeof(AutoOr<double>))]
    public double? LearningRate { get; init; }

    /// <summary>How the learning rate goes on after the warmup. Default: linear.</summary>
    [Category("Training")]
    [AllowedValues("linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt")]
    public string LrSchedulerType { get; set; } = "linear";

    /// <summary>The schedule's own numbers: <c>num_cycles</c>, <c>power</c>, <c>lr_end</c>, <c>timescale</c>. Default: those of Hugging Face.</summary>
    [Category("Training")]
    public SchedulerKwargs? LrSchedulerKwargs { get; init; }

    /// <summary>Optimizer steps over which the learning rate rises to its peak; not with <c>warmup_ratio</c>. Default: chosen, 500 or a tenth of the run, whichever is less.</summary>
    [Category("Training")]
    [Range(0, 1_000_000)]
    public int? WarmupSteps { get; init; }

    /// <summary>The same as a share of the run's steps. Default: none, <c>warmup_steps</c> decides.</summary>
    [Category("Training")]
    [Range(0.0, 0.9)]
    public double? WarmupRatio { get; init; }

    /// <summary>Decoupled weight decay, not applied to biases and norms. Default 0.01.</summary>
    [Category("Training")]
    [Range(0.0, 1.0)]
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>AdamW's decay of the mean of gradients. Default 0.9.</summary>
    [Category("Training")]
    [Range(0.0, 0.9999)]
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>AdamW's decay of the mean of squared gradients. Default 0.999.</summary>
    [Category("Training")]
    [Range(0.0, 0.999999)]
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>AdamW adds this to the divisor. Default 0.00000001.</summary>
    [Category("Training")]
    [Range(1e-12, 0.1)]
    public double AdamEpsilon { get; set; } = 1e-8;

    /// <summary>The global gradient norm is clipped to this; 0 leaves it as it is. Default 1.</summary>
    [Category("Training")]
    [Range(0.0, 1_000.0)]
    public double MaxGradNorm { get; set; } = 1.0;

    /// <summary>Whether matrices are multiplied in bf16, while weights stay fp32. Default: chosen, by the device and on a CPU by a measurement.</summary>
    [Category("Training")]
    public bool? Bf16 { get; init; }

    /// <summary>Whether matrices are multiplied in fp16 with dynamic loss scaling, on a GPU only. Default: chosen, where a GPU has no bf16.</summary>
    [Category("Training")]
    public bool? Fp16 { get; init; }

    /// <summary>Share of a target that is spread evenly over all labels. Default 0.</summary>
    [Category("Training")]
    [Range(0.0, 0.9)]
    public double LabelSmoothingFactor { get; init; }

    /// <summary>
    /// How much each label's examples count in the loss: <c>balanced</c> evens out rare and frequent labels, an object gives
    /// weights by label, 1 where a label is not in it. Default: none.
    /// </summary>
    [Category("Training")]
    [Range(0.001, 1_000.0)]
    public ClassWeights ClassWeights { get; set; } = ClassWeights.None;

    /// <summary>When the validation split is scored; <c>no</c>: only at the end. Default: epoch.</summary>
    [Category("Evaluation")]
    [AllowedValues("no", "steps", "epoch")]
    public string EvalStrategy { get; set; } = "epoch";

    /// <summary>Optimizer steps between two evaluations, with <c>eval_strategy</c> <c>steps</c>. Default: chosen, a tenth of the run.</summary>
    [Category("Evaluation")]
    [Range(1, 1_000_000)]
    public int? EvalSteps { get; init; }

    /// <summary>Examples that are scored together, at most. Default: none, as many as have 8,192 tokens.</summary>
    [Category("Evaluation")]
    [Range(1, 4_096)]
    public int? PerDeviceEvalBatchSize { get; init; }

    /// <summary>When a checkpoint is saved beside those that the trainer saves by the clock; <c>no</c>: only those. Default: epoch.</summary>
    [Category("Evaluation")]
    [AllowedValues("no", "steps", "epoch")]
    public string SaveStrategy { get; set; } = "epoch";

    /// <summary>Optimizer steps between two checkpoints, with <c>save_strategy</c> <c>steps</c>. Default: chosen, a tenth of the run.</summary>
    [Category("Evaluation")]
    [Range(1, 1_000_000)]
    public int? SaveSteps { get; init; }

    /// <summary>When loss, learning rate and gradient norm are written into the run's events. Default: steps.</summary>
    [Category("Evaluation")]
    [AllowedValues("no", "steps", "epoch")]
    public string LoggingStrategy { get; set; } = "steps";

    /// <summary>Optimizer steps between two such events, with <c>logging_strategy</c> <c>steps</c>. Default: none, one with each heartbeat.</summary>
    [Category("Evaluation")]
    [Range(1, 1_000_000)]
    public int? LoggingSteps { get; init; }

    /// <summary>The figure of the validation split by which the best weights are chosen, named as in <c>metrics.json</c> with <c>_</c> between the levels. Default: macro_f1.</summary>
    [Category("Evaluation")]
    public string? MetricForBestModel { get; init; }

    /// <summary>Whether more of that figure is better. Default: by its name, false for losses and errors.</summary>
    [Category("Evaluation")]
    public bool? GreaterIsBetter { get; init; }

    /// <summary>Whether the best weights are published rather than the last. Default: true, unless <c>eval_strategy</c> is <c>no</c>.</summary>
    [Category("Evaluation")]
    public bool? LoadBestModelAtEnd { get; init; }

    /// <summary>Training ends after so many evaluations in a row that are not better than the best. Default: none, it runs to the end.</summary>
    [Category("Evaluation")]
    [Range(1, 1_000)]
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>By how much an evaluation must be better to count for <c>early_stopping_patience</c>. Default 0.</summary>
    [Category("Evaluation")]
    [Range(0.0, 1_000.0)]
    public double EarlyStoppingThreshold { get; init; }

    /// <summary>Values of options to try, of which the best is published. Default: none, one model is trained.</summary>
    [Category("Sweep")]
    public SweepOptions? Sweep { get; init; }

    /// <summary>Whether the probabilities are calibrated on the validation split (temperature scaling), which changes no answer. Default: true.</summary>
    [Category("Evaluation")]
    public bool CalibrateProbabilities { get; set; } = true;

    /// <summary>Whether each of several labels gets the threshold with the highest F1 on the validation split instead of one half. Default: false.</summary>
    [Category("Evaluation")]
    public bool TuneThresholds { get; init; }

    /// <summary>The accuracy that answers are to have: the model abstains from those that it is too unsure of. Default: none, it never abstains.</summary>
    [Category("Evaluation")]
    [Range(0.5, 0.999)]
    public double? AbstainAccuracy { get; init; }

    /// <summary>Whether <c>metrics.json</c> shows the texts of the most wrong and most confused examples, and not their row numbers alone. Default: false.</summary>
    [Category("Evaluation")]
    public bool IncludeTextsInMetrics { get; init; }

    /// <summary>
    /// Whether the version answers when it is published: <c>auto</c>, if it is not worse than the one in production on the same test rows;
    /// <c>always</c>; or <c>never</c>, until a person says so. Default: auto.
    /// </summary>
    [Category("Promotion")]
    public PromotionMode Promote { get; init; }

    /// <summary>With <c>promote</c> at <c>auto</c>, by how much the macro F1 (with several labels a row the micro F1, for numbers R²) may be lower than the production version's. Default 0.01.</summary>
    [Category("Promotion")]
    [Range(0.0, 1.0)]
    public double PromotionTolerance { get; set; } = 0.01;
}
