using Pipeline.Core.Metrics;
using Pipeline.Modeling;

namespace Pipeline.Trainer.Training;

/// <summary>Where the loop stands: with the tensors beside it, all that a resume needs.</summary>
internal sealed record TrainingState
{
    /// <summary>Optimizer steps done.</summary>
    public int Step { get; init; }

    /// <summary>Epochs finished.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps done of the epoch after that.</summary>
    public int StepInEpoch { get; init; }

    /// <summary>Sum of the losses of the examples since the last evaluation (nats).</summary>
    public double LossSum { get; init; }

    /// <summary>Examples since the last evaluation.</summary>
    public long ExamplesSinceEvaluation { get; init; }

    /// <summary>How products are computed, from the first step to the last; null before it is chosen.</summary>
    public ComputePath? Compute { get; init; }

    /// <summary>Into how many pieces memory made the loop cut each micro-batch.</summary>
    public int MicroBatchDivisor { get; init; } = 1;

    /// <summary>Each evaluation.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];

    /// <summary>Epochs done when the weights that are kept were evaluated; 0 before the first evaluation.</summary>
    public double BestEpoch { get; init; }

    /// <summary>The weights that are kept, on the validation split.</summary>
    public ModelMetrics? BestValidation { get; init; }

    /// <summary>The best value of the figure that weights are chosen by; null before the first evaluation.</summary>
    public double? BestMetric { get; init; }

    /// <summary>Evaluations in a row that were not better than it by more than the threshold of early stopping.</summary>
    public int EvaluationsWithoutProgress { get; init; }
}
