using System.ComponentModel.DataAnnotations;

namespace Pipeline.Core.Runs;

/// <summary>Numbers of a learning rate schedule, by the names that Hugging Face's schedules have for them.</summary>
public sealed record SchedulerKwargs
{
    /// <summary>Waves of <c>cosine</c>, or how often <c>cosine_with_restarts</c> falls. Default: half a wave, from the peak to zero, or once.</summary>
    [Range(0.1, 1_000.0)]
    public double? NumCycles { get; init; }

    /// <summary>Exponent of <c>polynomial</c>. Default: 1.</summary>
    [Range(0.1, 10.0)]
    public double? Power { get; init; }

    /// <summary>Where <c>polynomial</c> ends, below <c>learning_rate</c>. Default: 1e-7.</summary>
    [Range(0.0, 1.0)]
    public double? LrEnd { get; init; }

    /// <summary>Time scale of <c>inverse_sqrt</c> in steps. Default: the warmup, or 10,000 without one.</summary>
    [Range(1, 10_000_000)]
    public int? Timescale { get; init; }
}
