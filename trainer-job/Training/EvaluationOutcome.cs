using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Training;

/// <summary>What an evaluation changes: which weights are kept, and whether training goes on.</summary>
/// <param name="arguments">The figure, and how patient the run is.</param>
internal sealed class EvaluationOutcome(TrainingArguments arguments)
{
    private readonly BestMetric _metric = new(arguments.MetricForBestModel, arguments.GreaterIsBetter);

    /// <summary>Whether the weights that were evaluated are to be kept: the best so far, or where the last are wanted, always.</summary>
    public bool IsKept(TrainingState state, ModelMetrics validation) =>
        !arguments.LoadBestModelAtEnd || state.BestValidation is not { } best || _metric.IsBetter(validation, best);

    /// <summary>The state after an evaluation.</summary>
    /// <param name="state">Before it.</param>
    /// <param name="evaluation">In figures, for the history.</param>
    /// <param name="validation">All of it.</param>
    public TrainingState After(TrainingState state, EpochMetrics evaluation, ModelMetrics validation)
    {
        var isKept = IsKept(state, validation);
        // As Hugging Face's EarlyStoppingCallback: against the best value before, strictly by more than the threshold.
        var value = _metric.ValueOf(validation);
        var gain = state.BestMetric is { } best ? (value - best) * (_metric.GreaterIsBetter ? 1 : -1) : double.PositiveInfinity;
        return state with
        {
            LossSum = 0,
            ExamplesSinceEvaluation = 0,
            History = [.. state.History, evaluation],
            BestEpoch = isKept ? evaluation.Epoch : state.BestEpoch,
            BestValidation = isKept ? validation : state.BestValidation,
            BestMetric = gain > 0 ? value : state.BestMetric,
            EvaluationsWithoutProgress = gain > 0 && gain > arguments.EarlyStoppingThreshold ? 0 : state.EvaluationsWithoutProgress + 1,
        };
    }

    /// <summary>Whether training has gone on without progress for as long as it may.</summary>
    public bool IsOutOfPatience(TrainingState state) => state.EvaluationsWithoutProgress >= (arguments.EarlyStoppingPatience ?? int.MaxValue);
}
