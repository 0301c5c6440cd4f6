using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Training;

/// <summary>Where the loop stands: with the tensors beside it, all that a resume needs.</summary>
internal sealed record TrainingState
{
    /// <summary>Optimizer steps done.</summary>
    public int Step { get; init; }

    /// <summary>Epochs finished and evaluated.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches done of the epoch after that.</summary>
    public int BatchInEpoch { get; init; }

    /// <summary>Sum of the losses of the examples of that epoch so far (nats).</summary>
    public double LossSum { get; init; }

    /// <summary>Examples of that epoch so far.</summary>
    public long ExamplesInEpoch { get; init; }

    /// <summary>Each finished epoch.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];

    /// <summary>The best epoch so far, from 1; 0 before the first evaluation.</summary>
    public int BestEpoch { get; init; }

    /// <summary>That epoch on the validation split.</summary>
    public ModelMetrics? BestValidation { get; init; }

    /// <summary>
    /// Whether an epoch is better than the best so far: by macro F1, among equals by loss. Equal is what differs by less than one
    /// example can: the same number of mistakes, otherwise spread over the classes, says nothing about which epoch is better.
    /// Where the model gives a number, by R² alone.
    /// </summary>
    public bool IsBest(ModelMetrics validation) =>
        BestValidation is not { } best
        || Comparable(validation) > Comparable(best)
        || (Comparable(validation) == Comparable(best) && validation.Loss() < best.Loss());

    /// <summary>What epochs, and trials of a sweep, are compared by. In examples, and so that the order stays one: no chain of small steps leads down.</summary>
    public static double Comparable(ModelMetrics metrics) =>
        metrics is ClassificationMetrics ? Math.Round(metrics.Score() * metrics.Examples) : metrics.Score();
}
