using Pipeline.Core.Runs;

namespace Pipeline.Trainer.TensorBoard;

/// <summary>
/// Turns a run's events into records of TensorBoard, under the names that Hugging Face's Trainer gives them:
/// <c>train/loss</c>, <c>eval/accuracy</c>, <c>test/macro_f1</c>.
/// </summary>
internal sealed class Charts
{
    // Of an epoch's event. Where a name is null, the figure is the step's own or no chart.
    private static readonly Dictionary<string, string?> s_epoch = new()
    {
        ["epoch"] = null,
        ["loss"] = "train/epoch_loss",
        ["training_seconds"] = "train/epoch_seconds",
        ["evaluation_seconds"] = "eval/runtime",
    };

    private int? _step;

    /// <summary>The records of an event; none where it has no figures to chart.</summary>
    public IEnumerable<byte[]> Of(RunEvent e)
    {
        if (e.Step is { } step)
        {
            // The first step of an attempt: an earlier one may have gone further than its last checkpoint.
            if (_step is null && e.Type == "step")
                yield return EventRecord.Start(e.At, step);
            if (e.Type == "step" || _step is not null)
                _step = step;
        }

        var figures = e.Metrics?.Select(m => (Tag: TagOf(e.Type, m.Key), m.Value)).Where(m => m.Tag is not null).ToDictionary(m => m.Tag!, m => m.Value);
        if (figures is { Count: > 0 })
            yield return EventRecord.Scalars(e.At, e.Step ?? _step ?? 0, figures);
    }

    private static string? TagOf(string type, string name) => type switch
    {
        "step" => "train/" + name,
        _ when Rest(name, "validation_") is { } rest => "eval/" + rest,
        _ when Rest(name, "test_") is { } rest => "test/" + rest,
        "epoch" => s_epoch.GetValueOrDefault(name),
        _ => null,
    };

    private static string? Rest(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
}
