using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Core;
using Pipeline.Core.Feedback;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Drift;

/// <summary>Counts what this instance's models predict, in memory: for each version and day how often each label was predicted.</summary>
internal sealed class PredictionTally(IOptions<FeedbackOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Model, DateOnly Day), ConcurrentDictionary<string, Counts>> _counts = new();

    /// <summary>Counts the answer to a text; nothing where learning from use is off, or where the model gives a number.</summary>
    /// <param name="model">The version.</param>
    /// <param name="logits">One per label.</param>
    public void Add(ModelManifest model, float[] logits)
    {
        if (!options.Value.Enabled || model.ProblemType == ProblemType.Regression)
            return;
        var counts = _counts.GetOrAdd((model.ModelName, Today), _ => new()).GetOrAdd(model.Version, _ => new Counts(model.Labels));
        if (model.ProblemType == ProblemType.MultiLabelClassification)
        {
            // As the version decides, whatever threshold a request asks for: so was it measured on the test split.
            for (var id = 0; id < logits.Length; id++)
            {
                if (1 / (1 + Math.Exp(-logits[id])) >= (model.Decisions?.Thresholds?[id] ?? Sigmoid.DefaultThreshold))
                    counts.Add(id);
            }
        }
        else
        {
            counts.Add(Array.IndexOf(logits, logits.Max()));
        }
    }

    /// <summary>The counts of this instance since its start, by model and day; those of days that are over are forgotten by <see cref="Forget"/>.</summary>
    public IReadOnlyList<DayOfModel> Snapshot() =>
        [.. _counts.Select(c => new DayOfModel(c.Key.Model, c.Key.Day, c.Value.ToDictionary(v => v.Key, v => v.Value.ByLabel)))];

    /// <summary>Forgets a day that is over and written.</summary>
    public void Forget(DayOfModel written)
    {
        if (written.Day < Today)
            _counts.TryRemove((written.Model, written.Day), out _);
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private sealed class Counts(IReadOnlyList<string> labels)
    {
        private readonly long[] _counts = new long[labels.Count];

        public IReadOnlyDictionary<string, long> ByLabel => labels.Index().ToDictionary(l => l.Item, l => Volatile.Read(ref _counts[l.Index]));

        public void Add(int id) => Interlocked.Increment(ref _counts[id]);
    }
}

/// <summary>What an instance counted of a model on a day.</summary>
/// <param name="Model">The model.</param>
/// <param name="Day">The day (UTC).</param>
/// <param name="Versions">By version, how often each label was predicted.</param>
internal sealed record DayOfModel(string Model, DateOnly Day, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Versions);
