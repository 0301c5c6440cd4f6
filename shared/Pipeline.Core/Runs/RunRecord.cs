using Pipeline.Core.Costs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core.Runs;

/// <summary>The life of one upload, kept in <c>runs/{run_id}/run.json</c>. Every write is conditional on the blob's ETag.</summary>
public sealed record RunRecord
{
    /// <summary><c>{model_name}-{12 hex digits}</c>, derived from blob name and ETag. See <see cref="Runs.RunId"/>.</summary>
    public required string RunId { get; init; }

    /// <summary>The model this run makes a version of; the dataset's file name without its extensions.</summary>
    public required string ModelName { get; init; }

    /// <summary>The version that the run publishes. Fixed when the record is created, so that a second attempt cannot publish a second version.</summary>
    public required string Version { get; init; }

    /// <summary>The upload that started the run.</summary>
    public required DatasetReference Dataset { get; init; }

    /// <summary>Where the run stands.</summary>
    public required RunState State { get; init; }

    /// <summary>What the user asked for, with the defaults filled in.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>When the record was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the training request was sent.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>When a trainer first took the message.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run reached a final state.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The last sign of life of the trainer. Older than five minutes in state training or evaluating: the trainer is gone.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>When the run's message was last sent again because its trainer was silent; null where it never was.</summary>
    public DateTimeOffset? ResentAt { get; init; }

    /// <summary>How many trainers have taken this run so far; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// How far the run has got for good, whatever becomes of its trainer: optimizer steps in a checkpoint, one more when its
    /// evaluation has begun, and another when its version is about to be published.
    /// </summary>
    public int Milestone { get; init; }

    /// <summary>Trainers that have taken the run since <see cref="Milestone"/> last rose. A run is given up when too many have come to nothing.</summary>
    public int AttemptsWithoutProgress { get; init; }

    /// <summary>The trainer that works on the run: a random id per process. A trainer that finds another's id here stops.</summary>
    public string? Owner { get; init; }

    /// <summary>What ingest found and wrote; null until the dataset has been accepted.</summary>
    public IngestSummary? Ingest { get; init; }

    /// <summary>The newest figures of the training loop.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>What the run's trainers have used so far; null before the first. A sweep's trials have their own, and <see cref="TotalUsage"/> the sum.</summary>
    public RunUsage? Usage { get; init; }

    /// <summary>What a sweep's trials and the run itself have used together; null without a sweep, whose <see cref="Usage"/> is all.</summary>
    public RunUsage? TotalUsage => Sweep?.Usage is { } trials ? (Usage is { } own ? RunUsage.Sum(trials, own) : trials) : null;

    /// <summary>The trials of a sweep; null for a run that trains one model.</summary>
    public SweepProgress? Sweep { get; init; }

    /// <summary>
    /// Whether the version goes into production, from just before it is published until the run has ended; then it is part of the result.
    /// From here on the run can no longer be cancelled.
    /// </summary>
    public PromotionDecision? Promotion { get; init; }

    /// <summary>The outcome; only in state <see cref="RunState.Succeeded"/>.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Why the run ended; only in states rejected, failed and cancelled.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>Who ended the run, and why; only where a person did.</summary>
    public CancelRequest? Cancelled { get; init; }
}

/// <summary>A person's word that a run shall end.</summary>
/// <param name="At">When it came (UTC).</param>
/// <param name="By">Who said so, as the request names them; null where it does not.</param>
/// <param name="Reason">Why; null where it was not said.</param>
public sealed record CancelRequest(DateTimeOffset At, string? By, string? Reason);

/// <summary>The blob, or folder of blobs, that a run was started by.</summary>
/// <param name="Blob">Name inside the container <c>datasets</c>, for example <c>spam.csv</c>; a folder ends in a slash.</param>
/// <param name="ETag">The blob's ETag, quotes stripped; a folder's is derived from its files.</param>
/// <param name="SizeBytes">Its length in bytes.</param>
/// <param name="Files">The files of a folder, training files first; null for a single blob.</param>
public sealed record DatasetReference(string Blob, string ETag, long SizeBytes, IReadOnlyList<DatasetReference>? Files = null);

/// <summary>What ingest accepted.</summary>
/// <param name="Labels">Label names; a label's index here is its id in the shards and in the model. Of a regression <see cref="ProblemTypeName.RegressionLabel"/> alone.</param>
/// <param name="Splits">The splits by name: <c>train</c>, <c>validation</c>, <c>test</c>.</param>
/// <param name="VocabularySize">Number of token ids.</param>
/// <param name="ProblemType">One label a text, any number of them, or a number to be predicted.</param>
/// <param name="HasPairs">Whether every row has a second text.</param>
public sealed record IngestSummary(
    IReadOnlyList<string> Labels,
    IReadOnlyDictionary<string, SplitSummary> Splits,
    int VocabularySize,
    ProblemType ProblemType = ProblemType.SingleLabelClassification,
    bool HasPairs = false)
{
    /// <summary>The same dataset with the tokenizer of each base model of a sweep, by the base model's name; null where there is one tokenizer.</summary>
    public IReadOnlyDictionary<string, TokenizedSplits>? BaseModels { get; init; }

    /// <summary>The shards that a model is trained on.</summary>
    /// <param name="baseModel">The base model; null: trained from scratch.</param>
    public TokenizedSplits For(string? baseModel) =>
        BaseModels is { } all && baseModel is not null ? all[baseModel] : new TokenizedSplits("", Splits, VocabularySize);
}

/// <summary>A dataset as one tokenizer made it.</summary>
/// <param name="Folder">Where the tokenizer lies in the run's folder; empty, or ends in a slash.</param>
/// <param name="Splits">The splits by name.</param>
/// <param name="VocabularySize">Number of token ids.</param>
public sealed record TokenizedSplits(string Folder, IReadOnlyDictionary<string, SplitSummary> Splits, int VocabularySize);

/// <summary>One split on disk.</summary>
/// <param name="Rows">Number of examples.</param>
/// <param name="Tokens">Number of tokens over all examples, those of second texts too, before any truncation.</param>
/// <param name="LongestRow">Tokens of the longest example, both texts of a pair together.</param>
/// <param name="Shards">Blob names relative to <c>runs/{run_id}/</c>, in reading order.</param>
public sealed record SplitSummary(int Rows, long Tokens, int LongestRow, IReadOnlyList<string> Shards);

/// <summary>The newest figures of the training loop.</summary>
public sealed record TrainingProgress
{
    /// <summary>What is being done, in a word or two: <c>baseline</c>, <c>train</c>, <c>evaluate</c>, <c>test</c>, <c>publish</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public int Step { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public int TotalSteps { get; init; }

    /// <summary>Epochs done, with the fraction of the current one.</summary>
    public double Epoch { get; init; }

    /// <summary>Mean training loss since the last report (nats).</summary>
    public double? Loss { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Optimizer steps per second since the last report.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Texts per second since the last report.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>Tokens per second since the last report, special ones included, padding not.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Model FLOP utilisation since the last report, 0 to 1; null where the device's peak is not known.</summary>
    public double? Mfu { get; init; }

    /// <summary>Resident memory of the trainer (bytes).</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The most that was resident since the trainer's process began (bytes).</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Memory in use on the GPU, by whatever process (bytes); null on a CPU.</summary>
    public long? DeviceMemoryBytes { get; init; }

    /// <summary>Macro-averaged F1 on the validation split after the newest epoch, 0 to 1; null for numbers.</summary>
    public double? ValidationMacroF1 { get; init; }

    /// <summary>R² on the validation split after the newest epoch; only for numbers.</summary>
    public double? ValidationR2 { get; init; }

    /// <summary>Estimated seconds until the training loop ends, its evaluations included; null outside the loop.</summary>
    public double? SecondsLeft { get; init; }
}

/// <summary>The outcome of a run in figures; the whole of them is in the version's <c>metrics.json</c>.</summary>
/// <param name="Version">The published version.</param>
/// <param name="BestEpoch">Epochs done when the weights that were kept were evaluated.</param>
/// <param name="Test">The model on the test split: accuracy and macro F1, or for numbers RMSE, MAE and R².</param>
/// <param name="Baselines">The same figures of each baseline on the same rows, by name: <c>majority_class</c> or <c>mean_target</c>, and <c>tfidf_linear</c>.</param>
/// <param name="BecameProduction">Whether the version was in production when the run ended.</param>
/// <param name="Recommendation">Whether the model or the linear baseline is recommended, and why; null where they were not compared.</param>
/// <param name="Promotion">Why it was, or was not; null in runs from before there was a rule.</param>
public sealed record RunResult(
    string Version,
    double BestEpoch,
    HeadlineMetrics Test,
    IReadOnlyDictionary<string, HeadlineMetrics> Baselines,
    bool BecameProduction,
    Metrics.Recommendation? Recommendation = null,
    PromotionDecision? Promotion = null);

/// <summary>The figures that are quoted: accuracy and F1 of a model that gives labels; RMSE, MAE and R² of one that gives a number.</summary>
/// <param name="Accuracy">Share of rows labelled right, 0 to 1; with several labels a row, the share with exactly the right ones.</param>
/// <param name="MacroF1">Unweighted mean of the classes' F1, 0 to 1.</param>
/// <param name="MicroF1">F1 from the counts of all labels together, 0 to 1; only with several labels a row.</param>
/// <param name="Rmse">Root of the mean squared error, in the target's units.</param>
/// <param name="Mae">Mean absolute error, in the target's units.</param>
/// <param name="R2">Coefficient of determination, at most 1.</param>
public sealed record HeadlineMetrics(
    double? Accuracy = null, double? MacroF1 = null, double? MicroF1 = null, double? Rmse = null, double? Mae = null, double? R2 = null);

/// <summary>Why a run ended without a model.</summary>
/// <param name="Code">A stable identifier, for example <c>no-label-column</c>.</param>
/// <param name="Message">What happened, with file and line where there is one.</param>
/// <param name="Fix">What the user can do about it.</param>
public sealed record RunFailure(string Code, string Message, string? Fix = null);
