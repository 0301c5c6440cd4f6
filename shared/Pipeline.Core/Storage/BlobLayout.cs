namespace Pipeline.Core.Storage;

/// <summary>Containers and blob names; the one place where a path is put together.</summary>
public static class BlobLayout
{
    /// <summary>What users drop.</summary>
    public const string Datasets = "datasets";

    /// <summary>Hugging Face model folders to start from.</summary>
    public const string BaseModels = "base-models";

    /// <summary>Run records, reports, shards, events and checkpoints.</summary>
    public const string Runs = "runs";

    /// <summary>Published models.</summary>
    public const string Models = "models";

    /// <summary>Files with texts that a model is to classify, in a folder for each model.</summary>
    public const string Inbox = "inbox";

    /// <summary>What became of the files in <see cref="Inbox"/>, under the same names.</summary>
    public const string Outbox = "outbox";

    /// <summary>Corrections of predictions, in a folder for each model.</summary>
    public const string Feedback = "feedback";

    /// <summary>Counts of predictions in use and reports on them, in a folder for each model.</summary>
    public const string Drift = "drift";

    /// <summary>Every container the pipeline needs.</summary>
    public static IReadOnlyList<string> Containers { get; } = [Datasets, BaseModels, Runs, Models, Inbox, Outbox, Feedback, Drift];

    /// <summary>The run record, in <see cref="Runs"/>.</summary>
    public static string RunRecord(string runId) => $"{runId}/run.json";

    /// <summary>The validation report, in <see cref="Runs"/>.</summary>
    public static string Report(string runId) => $"{runId}/report.json";

    /// <summary>The validation report as a page to look at, in <see cref="Runs"/>.</summary>
    public static string HtmlReport(string runId) => $"{runId}/report.html";

    /// <summary>The event log, an append blob in <see cref="Runs"/>.</summary>
    public static string Events(string runId) => $"{runId}/events.jsonl";

    /// <summary>Folder of TensorBoard's event files, in <see cref="Runs"/>; ends in a slash.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="trial">The trial of a sweep, from 1; null for the run itself.</param>
    public static string TensorBoard(string runId, int? trial = null) => trial is null ? $"{runId}/tensorboard/" : $"{runId}/tensorboard/trial-{trial}/";

    /// <summary>Folder of the tokenizer that the shards were made with, in <see cref="Runs"/>; ends in a slash.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="folder">The folder of a sweep's base model in the run's folder, with a slash at its end; empty where there is one tokenizer.</param>
    public static string Tokenizer(string runId, string folder = "") => $"{runId}/{folder}tokenizer/";

    /// <summary>A file name of a shard, relative to the run's folder, for example <c>train-00000.arrow</c>.</summary>
    public static string Shard(string split, int number) => $"{split}-{number:D5}.arrow";

    /// <summary>A file name of a shard of a part, for example <c>train-00002-00000.arrow</c>.</summary>
    /// <param name="split">The split's name.</param>
    /// <param name="part">The part of the dataset; null where it is one part.</param>
    /// <param name="number">Number of the shard in the part.</param>
    public static string Shard(string split, int? part, int number) =>
        part is null ? Shard(split, number) : $"{split}-{part:D5}-{number:D5}.arrow";

    /// <summary>Folder of what functions hand to each other when they ingest a large dataset, in <see cref="Runs"/>; ends in a slash.</summary>
    public static string Parts(string runId) => $"{runId}/parts/";

    /// <summary>Folder of the checkpoints, in <see cref="Runs"/>; ends in a slash.</summary>
    public static string Checkpoints(string runId) => $"{runId}/checkpoints/";

    /// <summary>Folder of all that a sweep's trials keep, in <see cref="Runs"/>; ends in a slash.</summary>
    public static string Trials(string runId) => $"{runId}/trials/";

    /// <summary>The record of a trial, from 1, in <see cref="Runs"/>.</summary>
    public static string Trial(string runId, int trial) => $"{Trials(runId)}{trial}/trial.json";

    /// <summary>Folder of a trial's checkpoints, in <see cref="Runs"/>; ends in a slash.</summary>
    public static string TrialCheckpoints(string runId, int trial) => $"{Trials(runId)}{trial}/checkpoints/";

    /// <summary>What was decided after a rung of a sweep, from 0, in <see cref="Runs"/>.</summary>
    public static string Rung(string runId, int rung) => $"{runId}/sweep/rung-{rung}.json";

    /// <summary>Folder of how fast trainings were, in <see cref="Runs"/>; ends in a slash. No run's id is such a word, since each ends in hex digits.</summary>
    public const string Measurements = "throughput/";

    /// <summary>How fast the trainings of a base model on an accelerator were, in <see cref="Runs"/>.</summary>
    /// <param name="accelerator">The accelerator's short name.</param>
    /// <param name="baseModel">The base model; null: trained from scratch.</param>
    public static string MeasuredRuns(string accelerator, string? baseModel) =>
        Measurements + accelerator + (baseModel is null ? "/from-scratch.json" : $"/base-models/{baseModel}.json");

    /// <summary>When a correction came, in <see cref="Feedback"/>; what makes it be stored once.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="key">Hex digits that stand for its id.</param>
    public static string FeedbackKey(string modelName, string key) => $"{modelName}/ids/{key}.json";

    /// <summary>A correction, in <see cref="Feedback"/>: one row of JSON Lines.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="at">When it came.</param>
    /// <param name="key">Hex digits that stand for its id.</param>
    public static string FeedbackRow(string modelName, DateTimeOffset at, string key) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{modelName}/{at.UtcDateTime:yyyy/MM/dd}/{at.UtcDateTime:HHmmss}-{key}.jsonl");

    /// <summary>Folder of what was predicted on a day, in <see cref="Drift"/>; ends in a slash. Each instance writes a blob.</summary>
    public static string PredictionCounts(string modelName, DateOnly day) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{modelName}/counts/{day:yyyy-MM-dd}/");

    /// <summary>The report on a day, in <see cref="Drift"/>.</summary>
    public static string DriftReport(string modelName, DateOnly day) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{modelName}/{day:yyyy-MM-dd}.json");

    /// <summary>How far a file is classified, in <see cref="Outbox"/>; gone when it is done.</summary>
    /// <param name="file">The file's name in <see cref="Inbox"/>.</param>
    public static string ScoringProgress(string file) => $"{file}.progress.json";

    /// <summary>What the result of a file is, in <see cref="Outbox"/>; written last.</summary>
    /// <param name="file">The file's name in <see cref="Inbox"/>.</param>
    public static string ScoringSummary(string file) => $"{file}.summary.json";

    /// <summary>Why a file has no result, in <see cref="Outbox"/>.</summary>
    /// <param name="file">The file's name in <see cref="Inbox"/>.</param>
    public static string ScoringError(string file) => $"{file}.error.json";

    /// <summary>Folder of a published version, in <see cref="Models"/>; ends in a slash.</summary>
    public static string Version(string modelName, string version) => $"{modelName}/{version}/";

    /// <summary>The manifest that makes a version exist, in <see cref="Models"/>.</summary>
    public static string Manifest(string modelName, string version) => $"{modelName}/{version}/manifest.json";

    /// <summary>The pointer to the version in production, in <see cref="Models"/>.</summary>
    public static string Production(string modelName) => $"{modelName}/production.json";
}
