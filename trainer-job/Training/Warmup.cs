using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Training;

/// <summary>How many steps the learning rate rises.</summary>
internal static class Warmup
{
    private const int MostSteps = 500; // the tutorial's, and right for long runs
    private const double Share = 0.1;

    /// <summary>The steps, with a reason where they were chosen, and a warning where they are not what was asked for.</summary>
    /// <param name="options">The user's.</param>
    /// <param name="totalSteps">Of the run.</param>
    public static (int Steps, string? Reason, string? Warning) For(RunOptions options, int totalSteps)
    {
        if (options.LrSchedulerType == "constant")
            return (0, "0: the schedule is constant", null);
        var tenth = (int)Math.Ceiling(Share * totalSteps);
        if (options.WarmupRatio is { } ratio)
            return ((int)Math.Ceiling(ratio * totalSteps), null, null); // rounded up, as in transformers
        if (options.WarmupSteps is not { } asked)
        {
            return tenth <= MostSteps
                ? (tenth, $"{tenth}: a tenth of the run's {totalSteps} steps", null)
                : (MostSteps, $"{MostSteps}: enough for the gradients' averages to settle, and less than a tenth of the run's {totalSteps} steps", null);
        }

        return asked < totalSteps || asked == 0 ? (asked, null, null) : (
            tenth,
            $"{tenth}: a tenth of the run's {totalSteps} steps, since {asked} are more than the run has",
            $"warmup_steps is {asked} and the run has {totalSteps} steps, so that the learning rate would never reach its peak. The warmup is shortened to {tenth} steps.");
    }
}
