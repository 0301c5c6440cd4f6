using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pipeline.Functions.Telemetry;

/// <summary>The instruments of serving; each measurement has the tag <c>model</c>.</summary>
internal sealed class ServingMeter
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string Name = "Pipeline.Serving";

    /// <summary>Spans <c>tokenize</c>, <c>queue and run</c> below a request's own, and <c>run</c> for each batch.</summary>
    public static readonly ActivitySource Spans = new(Name);

    // The default bounds are made for milliseconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Texts = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    private static readonly InstrumentAdvice<int> Tokens = new() { HistogramBucketBoundaries = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192] };

    private readonly Counter<long> _loadFailures;

    /// <summary>Makes the instruments.</summary>
    public ServingMeter(IMeterFactory meters, TimeProvider time)
    {
        Time = time;
        var meter = meters.Create(Name);
        TokenizeDuration = meter.CreateHistogram("pipeline.tokenize.duration", "s", "Time to tokenize the texts of a request.", advice: Seconds);
        QueueDuration = meter.CreateHistogram("pipeline.queue.duration", "s", "Time that a text waited for its batch.", advice: Seconds);
        RunDuration = meter.CreateHistogram("pipeline.run.duration", "s", "Time of one run of the model.", advice: Seconds);
        BatchTexts = meter.CreateHistogram("pipeline.batch.texts", "{text}", "Texts in one run of the model.", advice: Texts);
        _loadFailures = meter.CreateCounter<long>("pipeline.serving.load_failures", "{failure}", "Versions that could not be loaded, each try counted.");
        BatchTokens = meter.CreateHistogram("pipeline.batch.tokens", "{token}", "Tokens in one run of the model, without padding.", advice: Tokens);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    public Histogram<double> TokenizeDuration { get; }

    public Histogram<double> QueueDuration { get; }

    public Histogram<double> RunDuration { get; }

    public Histogram<int> BatchTexts { get; }

    public Histogram<int> BatchTokens { get; }

    /// <summary>Counts a version that could not be loaded.</summary>
    public void LoadFailed(string modelName) => _loadFailures.Add(1, Tag(modelName));

    /// <summary>The instruments for one model.</summary>
    public ModelMeter Of(string modelName) => new(this, Tag(modelName));

    private static KeyValuePair<string, object?> Tag(string modelName) => new("model", modelName);
}
