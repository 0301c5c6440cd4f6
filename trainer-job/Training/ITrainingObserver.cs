using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Training;

/// <summary>Is told what the loop does. Called on the loop's thread, so it must not wait for anything.</summary>
internal interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(StepReport step);

    /// <summary>An epoch was evaluated.</summary>
    void OnEpoch(EpochMetrics epoch, int step, bool isBest);
}

/// <summary>A step in figures.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the run.</param>
/// <param name="Epoch">Epochs done, with the fraction of the current one.</param>
/// <param name="LearningRate">Of the step.</param>
/// <param name="Result">Loss and gradient norm.</param>
internal readonly record struct StepReport(int Step, int TotalSteps, double Epoch, double LearningRate, StepResult Result);
