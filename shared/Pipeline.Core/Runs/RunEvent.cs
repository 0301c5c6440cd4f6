using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>One line of <c>events.jsonl</c>.</summary>
public sealed record RunEvent
{
    /// <summary>When it happened (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// What happened: <c>state</c>, <c>step</c>, <c>epoch</c>, <c>evaluation</c>, <c>arguments</c>, <c>early_stopping</c>, <c>checkpoint</c>, <c>memory</c>,
    /// <c>compute</c>, <c>device</c>, <c>warning</c>, <c>promotion</c>, <c>published</c>, <c>trial</c>, <c>sweep</c>.
    /// </summary>
    public required string Type { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>The state entered, for type <c>state</c>.</summary>
    public RunState? State { get; init; }

    /// <summary>The trial of a sweep that it is about, from 1.</summary>
    public int? Trial { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public int? Step { get; init; }

    /// <summary>Figures by name: <c>loss</c>, <c>learning_rate</c>, <c>validation_macro_f1</c>, … All of them are in <c>docs/operations.md</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }
}
