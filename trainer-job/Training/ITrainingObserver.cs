using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Training;

/// <summary>Is told what the loop does. Called on the loop's thread, so it must not wait for anything.</summary>
internal interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(StepReport step);

    /// <summary>An epoch was evaluated.</summary>
    /// <param name="epoch">The epoch in a line.</param>
    /// <param name="validation">All that is known of the model on the validation split.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="isBest">Whether no epoch was better.</param>
    void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest);
}
