using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Training;

/// <summary>Is told what the loop does. Called on the loop's thread, so it must not wait for anything.</summary>
internal interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(StepReport step);

    /// <summary>Something that the user should know, in a sentence.</summary>
    void OnWarning(string message, int step)
    {
    }

    /// <summary>The validation split was scored.</summary>
    /// <param name="epoch">The evaluation in a line.</param>
    /// <param name="validation">All that is known of the model on the validation split.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="isBest">Whether these weights are the ones that are kept so far.</param>
    void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest);
}
