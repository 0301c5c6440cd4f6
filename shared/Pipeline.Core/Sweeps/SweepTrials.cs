using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>The trials of a sweep: the same for the same options, whoever asks.</summary>
public static class SweepTrials
{
    // A space with hardly more combinations than trials is not searched for the last one for ever.
    private const int DrawsForEachTrial = 100;

    /// <summary>The options of each trial, no two alike, in the order of their numbers. The seed is the run's in all of them, so that they differ in nothing else.</summary>
    /// <param name="options">A run's options, with a sweep.</param>
    public static IReadOnlyList<RunOptions> Of(RunOptions options)
    {
        var sweep = options.Sweep ?? throw new ArgumentException("The options have no sweep.", nameof(options));
        var fixedOptions = options with { Sweep = null };
        var dimensions = SweepDimension.Of(sweep);
        return sweep.Method == SweepMethod.Grid ? Grid(fixedOptions, dimensions) : Draw(fixedOptions, dimensions, sweep.Trials ?? SweepOptions.DefaultTrials);
    }

    /// <summary>The base models of a run, each once; null stands for a model trained from scratch. Only a sweep has several.</summary>
    public static IReadOnlyList<string?> BaseModels(RunOptions options) =>
        options.Sweep?.BaseModel is { } names ? [.. names.Distinct()] : [options.BaseModel];

    // The last option turns fastest.
    private static List<RunOptions> Grid(RunOptions options, IReadOnlyList<SweepDimension> dimensions) => dimensions.Aggregate(
        new List<RunOptions> { options },
        (trials, dimension) => [.. trials.SelectMany(trial => dimension.List.Select(value => dimension.Apply(trial, value)))]);

    private static List<RunOptions> Draw(RunOptions options, IReadOnlyList<SweepDimension> dimensions, int count)
    {
        var random = new Random(options.Seed);
        var trials = new List<RunOptions>();
        for (var draw = 0; trials.Count < count && draw < count * DrawsForEachTrial; draw++)
        {
            var trial = dimensions.Aggregate(options, (o, dimension) => dimension.Apply(o, dimension.Draw(random)));
            if (!trials.Contains(trial))
                trials.Add(trial);
        }

        return trials;
    }
}
