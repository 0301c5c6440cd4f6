using System.Globalization;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>What is wrong with a sweep that its schema cannot see.</summary>
internal static class SweepConflicts
{
    private const string Sweep = "sweep";

    /// <summary>What does not go together.</summary>
    /// <param name="options">Each within its limits, with a sweep.</param>
    public static IEnumerable<OptionProblem> Find(RunOptions options)
    {
        var sweep = options.Sweep!;
        var dimensions = SweepDimension.Of(sweep);
        if (dimensions.Count == 0)
            yield return Problem(Sweep, "'sweep' varies nothing: give it values for an option, for example {\"learning_rate\": [1e-4, 5e-4]}.");
        if (sweep.NumTrainEpochs is not null && options.MaxSteps is not null)
            yield return Problem("sweep.num_train_epochs", "'sweep.num_train_epochs' does not go with 'max_steps', which decides how long every trial is: take one of them out.");
        foreach (var dimension in dimensions)
        {
            if (dimension.IsFixed(options))
                yield return Problem(At(dimension), $"'{At(dimension)}' does not go with '{dimension.Name}', which gives the same option one value: take one of them out.");
            if (Wrong(dimension, sweep.Method) is { } wrong)
                yield return Problem(At(dimension), wrong);
        }

        if (sweep.Method != SweepMethod.Grid)
            yield break;
        if (sweep.Trials is not null)
            yield return Problem("sweep.trials", "'sweep.trials' does not go with the method \"grid\", which tries every combination: take one of them out.");
        var combinations = dimensions.Aggregate(1L, (product, d) => Math.Min(product * Math.Max(1, d.List.Count), int.MaxValue));
        if (combinations > SweepOptions.MostTrials)
            yield return Problem("sweep.method", string.Create(CultureInfo.InvariantCulture, $"'sweep.method' is \"grid\" and there are {combinations} combinations, of {SweepOptions.MostTrials} at most: shorten the lists, or take the method \"random\"."));
    }

    private static string? Wrong(SweepDimension dimension, SweepMethod method)
    {
        var at = At(dimension);
        return dimension.Range switch
        {
            null => null,
            _ when method == SweepMethod.Grid => $"'{at}' is a range, and the method \"grid\" needs a list of values.",
            { Min: null } => $"'{at}' has no \"min\": a range needs both ends.",
            { Max: null } => $"'{at}' has no \"max\": a range needs both ends.",
            var r when r.Min >= r.Max => string.Create(CultureInfo.InvariantCulture, $"'{at}' goes from {r.Min} to {r.Max}: \"min\" must be below \"max\"."),
            { Scale: SweepScale.Log, Min: 0 } => $"'{at}' begins at 0, which has no logarithm: raise \"min\", or take the scale \"linear\".",
            _ => null,
        };
    }

    private static string At(SweepDimension dimension) => $"{Sweep}.{dimension.Name}";

    private static OptionProblem Problem(string option, string message) => new(option, null, message);
}
