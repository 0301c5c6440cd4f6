using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pipeline.Functions.Serving.Batching;

namespace Pipeline.Functions.Telemetry;

/// <summary>Measures what one model does, in figures and in spans.</summary>
internal sealed class ModelMeter(ServingMeter meter, KeyValuePair<string, object?> model)
{
    /// <summary>The clock's timestamp.</summary>
    public long Now => meter.Time.GetTimestamp();

    /// <summary>Measures from here until the result is disposed of: the texts of a request are tokenized.</summary>
    public IDisposable Tokenizing() => new Measured(this, "tokenize", meter.TokenizeDuration);

    /// <summary>Marks from here until the result is disposed of: the texts of a request wait for their runs, and are run.</summary>
    public IDisposable Waiting() => new Measured(this, "queue and run", null);

    /// <summary>Measures from here until the result is disposed of: a batch is run, and waits no more.</summary>
    public IDisposable Running(IReadOnlyList<QueuedText> batch)
    {
        var now = Now;
        foreach (var text in batch)
            meter.QueueDuration.Record(meter.Time.GetElapsedTime(text.Since, now).TotalSeconds, model);
        meter.BatchTexts.Record(batch.Count, model);
        meter.BatchTokens.Record(batch.Sum(t => t.Length), model);
        return new Measured(this, "run", meter.RunDuration);
    }

    private sealed class Measured(ModelMeter owner, string span, Histogram<double>? duration) : IDisposable
    {
        private readonly Activity? _span = ServingMeter.Spans.StartActivity(span)?.SetTag(owner.Model.Key, owner.Model.Value);
        private readonly long _since = owner.Now;

        public void Dispose()
        {
            duration?.Record(owner.Elapsed(_since), owner.Model);
            _span?.Dispose();
        }
    }

    private KeyValuePair<string, object?> Model => model;

    private double Elapsed(long since) => meter.Time.GetElapsedTime(since).TotalSeconds;
}
