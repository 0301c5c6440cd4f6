using System.Text.Json.Serialization;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;

namespace Pipeline.Core.Sweeps;

/// <summary>How far a sweep has come.</summary>
/// <param name="Rungs">Rungs of the halving.</param>
/// <param name="Trials">The trials by number. What they are at this moment stands in their own records; here it may be a little older.</param>
/// <param name="Winner">The trial that is published; null until the last rung is decided.</param>
public sealed record SweepProgress(int Rungs, IReadOnlyList<TrialSummary> Trials, int? Winner = null)
{
    /// <summary>Trials that have ended: trained to their end, stopped or failed.</summary>
    public int TrialsDone => Trials.Count(t => t.State.IsFinal());

    /// <summary>The best trial so far, from 1: the best of those that came furthest.</summary>
    public int? BestTrial => Winner ?? Trials.Where(t => t.Result is not null && t.State != TrialState.Failed)
        .OrderByDescending(t => t.Rung).ThenByDescending(t => t.Result!.Score).ThenBy(t => t.Result!.Loss).ThenBy(t => t.Trial).FirstOrDefault()?.Trial;

    /// <summary>What all trials have used; null before the first has told.</summary>
    [JsonIgnore]
    public RunUsage? Usage => Trials.Select(t => t.Usage).OfType<RunUsage>().Aggregate((RunUsage?)null, RunUsage.Sum);

    /// <summary>A sweep before its first trial.</summary>
    public static SweepProgress Begin(SweepOptions sweep, IReadOnlyList<TrialRecord> trials) =>
        new(Halving.Of(sweep, trials.Count).Rungs, [.. trials.Select(t => TrialSummary.Of(t, sweep))]);

    /// <summary>The same with newer news of a trial.</summary>
    public SweepProgress With(TrialSummary trial) => this with { Trials = [.. Trials.Select(t => t.Trial == trial.Trial ? trial : t)] };
}

/// <summary>A trial in the table of its sweep.</summary>
/// <param name="Trial">Its number, from 1.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Options">The values that the sweep gave it.</param>
/// <param name="Rung">The rung it reached, from 0.</param>
/// <param name="Result">What it came to in the last rung that it ended; null before the first.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Usage">What its trainers have used, when the row was last written.</param>
public sealed record TrialSummary(
    int Trial, TrialState State, TrialValues Options, int Rung, RungResult? Result = null, RunFailure? Failure = null, RunUsage? Usage = null)
{
    /// <summary>The row of a trial.</summary>
    public static TrialSummary Of(TrialRecord trial, SweepOptions sweep) =>
        new(trial.Number, trial.State, TrialValues.Of(trial.Options, sweep), trial.Rung, trial.Results is [.., var last] ? last : null, trial.Failure, trial.Usage);
}

/// <summary>The values that a sweep gave a trial; what it does not vary is null.</summary>
public sealed record TrialValues(
    double? LearningRate = null, int? PerDeviceTrainBatchSize = null, double? WeightDecay = null, int? NumTrainEpochs = null, double? Dropout = null, string? BaseModel = null)
{
    /// <summary>Those of a trial's options that the sweep varies.</summary>
    public static TrialValues Of(RunOptions options, SweepOptions sweep) => new(
        sweep.LearningRate is null ? null : options.LearningRate,
        sweep.PerDeviceTrainBatchSize is null ? null : options.PerDeviceTrainBatchSize,
        sweep.WeightDecay is null ? null : options.WeightDecay,
        sweep.NumTrainEpochs is null ? null : options.NumTrainEpochs,
        sweep.Dropout is null ? null : options.Dropout,
        sweep.BaseModel is null ? null : options.BaseModel);
}
