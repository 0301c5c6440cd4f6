using Pipeline.Core.Runs;
using Pipeline.Core.Sweeps;

namespace Pipeline.Core.Costs;

/// <summary>Estimates what a run will take and cost.</summary>
/// <param name="rates">The operator's rates.</param>
public sealed class CostEstimator(RateOptions rates)
{
    /// <summary>Estimates.</summary>
    /// <param name="work">What there is to compute.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="accelerator">What it is to be trained on, by its short name.</param>
    /// <param name="measured">Earlier trainings on it, for each of the work's models in their order.</param>
    public CostEstimate Estimate(DatasetWork work, RunOptions options, string accelerator, IReadOnlyList<IReadOnlyList<MeasuredRun>> measured)
    {
        var paces = work.Models.Zip(measured, (model, runs) => TrainingPace.Of(accelerator, rates.Of(accelerator), model, runs)).ToList();
        IReadOnlyList<RunOptions> trials = options.Sweep is null ? [options] : SweepTrials.Of(options);
        var estimate = new CostEstimate
        {
            Rows = work.TrainRows + work.ValidationRows + work.TestRows,
            Tokens = 0,
            Trials = trials.Count,
            Epochs = 0,
            Accelerator = accelerator,
            BasedOn = paces.All(p => p?.Basis == EstimateBasis.Measured) ? EstimateBasis.Measured : EstimateBasis.Calculated,
            Notes = [],
            Work = work,
        };
        if (paces.Any(p => p is null))
        {
            return estimate with
            {
                Notes = [$"Nothing is known of how fast '{accelerator}' is: set {RateOptions.Section}:Accelerators:{accelerator}:PeakTflops, or train once on it. Known are {string.Join(", ", Accelerator.KnownNames)} and {Accelerator.Cpu}."],
            };
        }

        var costs = trials.Select(trial => CostOf(trial, work, paces!)).ToList();
        var (seconds, tokens) = options.Sweep is { } sweep ? Sweep(costs, Halving.Of(sweep, trials.Count)) : Single(costs[0]);
        var perHour = rates.Of(accelerator).PerHour;
        return estimate with
        {
            Tokens = (long)tokens,
            Epochs = Math.Round(costs.Max(c => c.Epochs), 2),
            Minutes = (1.0 / 60 * seconds).Rounded(),
            Price = perHour is { } price ? ((double)price / 3600 * seconds).Rounded() : null,
            PricePerHour = perHour,
            Currency = perHour is null ? null : rates.Currency,
            Notes = [.. paces.Select(p => p!.Note).Distinct(), .. options.Sweep is null ? Array.Empty<string>() : [SweepNote(options.Sweep, trials.Count)], .. perHour is null ? [RateOptions.HowToPrice(accelerator)] : Array.Empty<string>()],
        };
    }

    private static TrialCost CostOf(RunOptions trial, DatasetWork work, List<TrainingPace> paces)
    {
        var index = work.Models.Index().First(m => m.Item.BaseModel == trial.BaseModel).Index;
        return new TrialCost(trial, work, work.Models[index], paces[index]);
    }

    private static (CostRange Seconds, double Tokens) Single(TrialCost cost) =>
        (cost.OtherSeconds + cost.TrainingSeconds() + cost.TestSeconds(), cost.Tokens(cost.Epochs));

    // Who goes on is not known before: the cheapest at least, the dearest at most, and on average as many of each.
    private static (CostRange Seconds, double Tokens) Sweep(List<TrialCost> trials, Halving halving)
    {
        CostRange seconds = default;
        double tokens = 0;
        for (var rung = 0; rung < halving.Rungs; rung++)
        {
            var (size, isLast) = (halving.Size(rung), rung == halving.Rungs - 1);
            var each = trials.Select(trial =>
            {
                var total = Math.Max(1, (int)Math.Ceiling(trial.Epochs));
                var before = rung == 0 ? 0 : halving.Epochs(rung - 1, total);
                // A rung that asks for no more epochs needs no container.
                var epochs = Math.Max(0, halving.Epochs(rung, total) - before);
                var cost = epochs == 0 ? default : trial.OtherSeconds + trial.TrainingSeconds(epochs);
                return (Cost: cost, Tokens: trial.Tokens(epochs));
            }).ToList();
            seconds += new CostRange(
                each.Select(e => e.Cost.Low).Order().Take(size).Sum(),
                each.Average(e => e.Cost.Likely) * size,
                each.Select(e => e.Cost.High).OrderDescending().Take(size).Sum());
            tokens += each.Average(e => e.Tokens) * size;
            if (isLast)
                seconds += new CostRange(trials.Min(t => t.TestSeconds().Low), trials.Average(t => t.TestSeconds().Likely), trials.Max(t => t.TestSeconds().High));
        }

        return (seconds, tokens);
    }

    private static string SweepNote(SweepOptions sweep, int trials)
    {
        var halving = Halving.Of(sweep, trials);
        return $"{trials} trials in {halving.Rungs} {(halving.Rungs == 1 ? "rung" : "rungs")}, of {string.Join(", ", Enumerable.Range(0, halving.Rungs).Select(halving.Size))} trials; the minutes are those of all containers together.";
    }
}
