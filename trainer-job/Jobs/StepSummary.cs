using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>The steps since the last report in figures. What could not be measured is null; see <see cref="TrainingProgress"/> for units.</summary>
internal sealed record StepSummary
{
    public required int Step { get; init; }

    public required int TotalSteps { get; init; }

    public required double Epoch { get; init; }

    public required double LearningRate { get; init; }

    public required double Loss { get; init; }

    public required double GradNorm { get; init; }

    /// <summary>Share of the computed tokens that were padding.</summary>
    public double? Padding { get; init; }

    public double? StepsPerSecond { get; init; }

    public double? SamplesPerSecond { get; init; }

    public double? TokensPerSecond { get; init; }

    public double? Mfu { get; init; }

    public long? MemoryBytes { get; init; }

    public long? PeakMemoryBytes { get; init; }

    public long? DeviceMemoryBytes { get; init; }

    public double? SecondsLeft { get; init; }

    /// <summary>As the metrics of a <c>step</c> event, under the names that the run record has and those of Hugging Face's Trainer.</summary>
    public IReadOnlyDictionary<string, double> ToMetrics()
    {
        var all = new Dictionary<string, double?>
        {
            ["loss"] = Loss,
            ["grad_norm"] = GradNorm,
            ["learning_rate"] = LearningRate,
            ["epoch"] = Epoch,
            ["steps_per_second"] = StepsPerSecond,
            ["samples_per_second"] = SamplesPerSecond,
            ["tokens_per_second"] = TokensPerSecond,
            ["padding"] = Padding,
            ["mfu"] = Mfu,
            ["memory_bytes"] = MemoryBytes,
            ["peak_memory_bytes"] = PeakMemoryBytes,
            ["device_memory_bytes"] = DeviceMemoryBytes,
            ["seconds_left"] = SecondsLeft,
        };
        return all.Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value!.Value);
    }

    /// <summary>The run's progress with these figures.</summary>
    public TrainingProgress ApplyTo(TrainingProgress progress) => progress with
    {
        Step = Step,
        TotalSteps = TotalSteps,
        Epoch = Epoch,
        Loss = Finite(Loss),
        LearningRate = LearningRate,
        StepsPerSecond = StepsPerSecond,
        SamplesPerSecond = SamplesPerSecond,
        TokensPerSecond = TokensPerSecond,
        Mfu = Mfu,
        MemoryBytes = MemoryBytes,
        PeakMemoryBytes = PeakMemoryBytes,
        DeviceMemoryBytes = DeviceMemoryBytes,
        SecondsLeft = SecondsLeft,
    };

    // JSON has no word for the others.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
