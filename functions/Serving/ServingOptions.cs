using System.ComponentModel.DataAnnotations;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Serving;

/// <summary>Limits and habits of serving; configuration section <c>Pipeline:Serving</c>.</summary>
internal sealed class ServingOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Serving";

    /// <summary>
    /// Folder under which models' files are kept, also for the next start of the program; programs on one machine may share it. Default:
    /// <c>pipeline-models</c> in the system's temporary folder.
    /// </summary>
    [Required]
    public string CacheFolder { get; set; } = Path.Combine(Path.GetTempPath(), "pipeline-models");

    /// <summary>The model that answers <c>/predict</c> and <c>/info</c>, which name none. Default: the only one in production; where there are several, none.</summary>
    public string? PredictModel { get; set; }

    /// <summary>
    /// Whether models are loaded at the start of the program, before anybody asks for them: those of <see cref="Preload"/>, and those whose files an
    /// earlier start left in <see cref="CacheFolder"/>. Default true.
    /// </summary>
    public bool LoadAtStart { get; set; } = true;

    /// <summary>Models to load at the start of the program, names with commas between them. Default none.</summary>
    public string? Preload { get; set; }

    /// <summary>Texts in one request. Default 128.</summary>
    [Range(1, 10_000)]
    public int MaxInputs { get; set; } = 128;

    /// <summary>
    /// Characters of one text (UTF-16 code units). Default 200,000, many times what any model reads. A longer one is answered 422 rather than tokenized
    /// for nothing.
    /// </summary>
    [Range(1, 100 << 20)]
    public int MaxTextCharacters { get; set; } = 200_000;

    /// <summary>Bytes of a request's body. Default 2 MiB.</summary>
    [Range(1_024, 100 << 20)]
    public long MaxBodyBytes { get; set; } = 2 << 20;

    /// <summary>Tokens of one run of the model, padding included. Default 4,096. One text longer than that is a batch of its own.</summary>
    [Range(8, 1 << 20)]
    public int MaxBatchTokens { get; set; } = 4_096;

    /// <summary>
    /// Tokens of all requests that may wait for a model. Default 131,072, 32 full runs. What comes on top is answered 429; a request that
    /// finds nothing waiting is always taken.
    /// </summary>
    [Range(8, 1 << 30)]
    public int MaxQueuedTokens { get; set; } = 131_072;

    /// <summary>Classify requests that are worked on at once, all models together. Default 512. What comes on top is answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; set; } = 512;

    /// <summary>
    /// How long a request waits for its model to be loaded. Default 20 s, below the time after which most clients give up. Then it is answered 503,
    /// and the load goes on for the next one.
    /// </summary>
    [TimeRange("00:00:00.1", "00:03:00")]
    public TimeSpan MaxLoadWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Runs of the model that a request with <c>explain</c> may take for all of its texts, a text each run. Default 128. The words of longer
    /// texts are left out several at a time, so that it is enough.
    /// </summary>
    [Range(8, 100_000)]
    public int MaxExplainPasses { get; set; } = 128;

    /// <summary>Threads that one run of the model uses. Default 0: one for each core.</summary>
    [Range(0, 256)]
    public int Threads { get; set; }

    /// <summary>
    /// Bytes of graphs in memory. Default 0: half of the memory that this process may use. Where models take more, those that were not asked
    /// for the longest go, and come back when they are asked for. One model is always kept, however large.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MaxModelBytes { get; set; }

    /// <summary>Which of a version's graphs is served. Default <see cref="ServingPrecision.Auto"/>: int8 where the version's own check allows it.</summary>
    [EnumDataType(typeof(ServingPrecision))]
    public ServingPrecision Precision { get; set; }

    /// <summary>How often, at most, a model in use is checked for a new production version. Default 2 s.</summary>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a version that failed to load is left alone. Default 1 minute.</summary>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan RetryFailedVersionAfter { get; set; } = TimeSpan.FromMinutes(1);
}
