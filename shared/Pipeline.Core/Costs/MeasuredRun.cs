namespace Pipeline.Core.Costs;

/// <summary>How fast one training was.</summary>
/// <param name="Run">The run, with <c>/trial-n</c> for a trial of a sweep.</param>
/// <param name="At">When it ended (UTC).</param>
/// <param name="Tokens">Tokens of its steps, without the first of each attempt.</param>
/// <param name="Flops">Floating-point operations that the model asked for in them.</param>
/// <param name="Seconds">Their time.</param>
/// <param name="OtherSeconds">Seconds of a container, on average over the attempts, that were neither training nor scoring the validation split.</param>
public sealed record MeasuredRun(string Run, DateTimeOffset At, long Tokens, double Flops, double Seconds, double OtherSeconds)
{
    // Shorter ones say more about the start of a program than about training.
    private const double LeastSeconds = 0.2;

    /// <summary>What a run that has ended says; null where it trained too little to say anything.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="usage">What it used.</param>
    /// <param name="at">When it ended.</param>
    public static MeasuredRun? Of(string run, RunUsage usage, DateTimeOffset at) => usage.TrainingSeconds < LeastSeconds || usage.TrainedFlops <= 0
        ? null
        : new MeasuredRun(
            run, at, usage.TrainedTokens, usage.TrainedFlops, usage.TrainingSeconds,
            Math.Round(Math.Max(0, usage.BilledSeconds - usage.TrainingSeconds - usage.EvaluationSeconds) / Math.Max(1, usage.Attempts), 1));
}

/// <summary>The last trainings of one base model on one accelerator, the newest last.</summary>
/// <param name="Runs">At most <see cref="Kept"/>.</param>
public sealed record MeasuredRuns(IReadOnlyList<MeasuredRun> Runs)
{
    /// <summary>So many are kept.</summary>
    public const int Kept = 20;

    /// <summary>The same with another; one of the same name is replaced.</summary>
    public MeasuredRuns With(MeasuredRun run) => new([.. Runs.Where(r => r.Run != run.Run).Append(run).OrderBy(r => r.At).TakeLast(Kept)]);
}
