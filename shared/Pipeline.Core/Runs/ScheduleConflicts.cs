using static Pipeline.Core.Runs.OptionConflicts;

namespace Pipeline.Core.Runs;

/// <summary>Options of the learning rate's schedule that mean nothing together.</summary>
internal static class ScheduleConflicts
{
    public static IEnumerable<OptionProblem> Find(RunOptions options)
    {
        if (options is { WarmupSteps: not null, WarmupRatio: not null })
            yield return Problem("warmup_ratio", "'warmup_ratio' does not go with 'warmup_steps': both say how long the warmup is. Give one of them.");
        if (options is { LrSchedulerType: "constant" } && (options.WarmupSteps > 0 || options.WarmupRatio > 0))
        {
            var warmup = options.WarmupSteps > 0 ? "warmup_steps" : "warmup_ratio";
            yield return Problem(warmup, $"'{warmup}' does not go with 'lr_scheduler_type' constant, which has no warmup; constant_with_warmup has one.");
        }

        if (options.LrSchedulerKwargs is not { } kwargs)
            yield break;
        if (kwargs.LrEnd >= options.LearningRate)
            yield return Problem("lr_scheduler_kwargs", "'lr_scheduler_kwargs' has 'lr_end', which must be less than 'learning_rate': the rate falls from the one to the other.");
        foreach (var (name, isSet, types) in Kwargs(kwargs))
        {
            if (isSet && !types.Contains(options.LrSchedulerType))
                yield return Problem("lr_scheduler_kwargs", $"'lr_scheduler_kwargs' has '{name}', which is for 'lr_scheduler_type' {string.Join(" or ", types)}, not {options.LrSchedulerType}.");
        }
    }

    private static IEnumerable<(string Name, bool IsSet, string[] Types)> Kwargs(SchedulerKwargs kwargs) =>
    [
        ("num_cycles", kwargs.NumCycles is not null, ["cosine", "cosine_with_restarts"]),
        ("power", kwargs.Power is not null, ["polynomial"]),
        ("lr_end", kwargs.LrEnd is not null, ["polynomial"]),
        ("timescale", kwargs.Timescale is not null, ["inverse_sqrt"]),
    ];
}
