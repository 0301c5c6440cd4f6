using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
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
    [MinLength(1)]
    public string? LabelSeparator { get; init; }

    /// <summary>A label ends before this: <c>:</c> makes <c>NUM</c> of <c>NUM:dist</c>. Default: none.</summary>
    [Category("Reading")]
    [MinLength(1)]
    public string? LabelUntil { get; init; }

    /// <summary>Names for labels that are numbers, counted from 0 or from 1, whichever fits. Default: none, numbers are names themselves.</summary>
    [Category("Reading")]
    public NameList? LabelNames { get; init; }

    /// <summary>A blob beside the dataset with the label names, one a line. Default: none.</summary>
    [Category("Reading")]
    public string? LabelNamesFile { get; init; }

    /// <summary>Whether a row has one label or any number. Default: single-label, unless the label column holds lists.</summary>
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
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Share of rows for the test. Default 0.1.</summary>
    [Category("Split")]
    [Range(0.01, 0.4)]
    public double TestFraction { get; init; } = 0.1;

    /// <summary>Seed of the split, the initial weights, the order of the data and dropout. Default 42.</summary>
    [Category("Split")]
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 42;

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
    public string BaseModelDtype { get; init; } = "float32";

    /// <summary>Size of the vocabulary that is learned where no base model is given, in tokens. Default 8,000.</summary>
    [Category("Model")]
    [Range(300, 100_000)]
    public int VocabularySize { get; init; } = 8_000;

    /// <summary>Tokens of a text that the model reads; the rest is cut off. Default: chosen from the lengths in the dataset.</summary>
    [Category("Model")]
    [Range(8, 8_192)]
    public int? MaxLength { get; init; }

    /// <summary>Passes over the training split. Default: chosen.</summary>
    [Category("Training")]
    [Range(1, 1_000)]
    public int? NumTrainEpochs { get; init; }

    /// <summary>Examples in an optimizer step. Default: chosen.</summary>
    [Category("Training")]
    [Range(1, 4_096)]
    public int? PerDeviceTrainBatchSize { get; init; }

    /// <summary>Peak learning rate of AdamW. Default: chosen.</summary>
    [Category("Training")]
    [Range(1e-7, 1.0)]
    public double? LearningRate { get; init; }

    /// <summary>Share of the steps over which the learning rate rises to its peak. Default 0.1.</summary>
    [Category("Training")]
    [Range(0.0, 0.9)]
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Decoupled weight decay, not applied to biases and norms. Default 0.01.</summary>
    [Category("Training")]
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The global gradient norm is clipped to this. Default 1.</summary>
    [Category("Training")]
    [Range(0.001, 1_000.0)]
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Dropout of the model's layers. Default: chosen, 0.1 for a base model.</summary>
    [Category("Training")]
    [Range(0.0, 0.9)]
    public double? Dropout { get; init; }

    /// <summary>Values of options to try, of which the best is published. Default: none, one model is trained.</summary>
    [Category("Sweep")]
    public SweepOptions? Sweep { get; init; }

    /// <summary>Whether the probabilities are calibrated on the validation split (temperature scaling), which changes no answer. Default: true.</summary>
    [Category("Evaluation")]
    public bool CalibrateProbabilities { get; init; } = true;

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
}
