namespace Pipeline.Core.Costs;

/// <summary>What a run, or a trial of it, has used so far, over all of its attempts; killed ones count up to their last heartbeat.</summary>
public sealed record RunUsage
{
    /// <summary>What the newest attempt ran on, by its short name: <c>T4</c>, <c>cpu</c>.</summary>
    public required string Accelerator { get; init; }

    /// <summary>The GPU as its driver names it; null: none.</summary>
    public string? Device { get; init; }

    /// <summary>Trainers that have worked on it.</summary>
    public int Attempts { get; init; }

    /// <summary>Seconds for which a container was held: from the start of its program, or where it had worked on something before, from there. What the platform bills before the program starts is not in it.</summary>
    public double BilledSeconds { get; init; }

    /// <summary>Those for which the container had a GPU.</summary>
    public double GpuSeconds { get; init; }

    /// <summary>Processor time of the trainer, all threads together (seconds).</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Seconds of training steps, without the first of an attempt, which warms up.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Seconds of scoring the validation split while it trained.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>Tokens of those steps, special ones included, padding not.</summary>
    public long TrainedTokens { get; init; }

    /// <summary>Floating-point operations that the model asked for in those steps.</summary>
    public double TrainedFlops { get; init; }

    /// <summary>Tokens a second in training; null before the second step.</summary>
    public double? TokensPerSecond => TrainingSeconds > 0 ? Math.Round(TrainedTokens / TrainingSeconds, 1) : null;

    /// <summary>What the seconds cost by the rates that the trainers were given; null where there was none.</summary>
    public decimal? Price { get; init; }

    /// <summary>Its currency; null where none was named.</summary>
    public string? Currency { get; init; }

    /// <summary>Both together. Accelerator, device and currency are those of the second.</summary>
    public static RunUsage Sum(RunUsage? before, RunUsage after) => before is null ? after : after with
    {
        Attempts = before.Attempts + after.Attempts,
        BilledSeconds = Math.Round(before.BilledSeconds + after.BilledSeconds, 1),
        GpuSeconds = Math.Round(before.GpuSeconds + after.GpuSeconds, 1),
        CpuSeconds = Math.Round(before.CpuSeconds + after.CpuSeconds, 1),
        TrainingSeconds = Math.Round(before.TrainingSeconds + after.TrainingSeconds, 3),
        EvaluationSeconds = Math.Round(before.EvaluationSeconds + after.EvaluationSeconds, 3),
        TrainedTokens = before.TrainedTokens + after.TrainedTokens,
        TrainedFlops = before.TrainedFlops + after.TrainedFlops,
        // Half a price is none: it would look like the whole.
        Price = before.BilledSeconds == 0 ? after.Price : before.Price + after.Price,
    };
}
