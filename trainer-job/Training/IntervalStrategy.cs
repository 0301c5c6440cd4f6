namespace Pipeline.Trainer.Training;

/// <summary>When something is done beside training (Hugging Face's <c>IntervalStrategy</c>).</summary>
/// <param name="Kind"><c>no</c>, <c>steps</c> or <c>epoch</c>.</param>
/// <param name="Steps">Optimizer steps between two times, with <c>steps</c>.</param>
internal readonly record struct IntervalStrategy(string Kind, int? Steps)
{
    /// <summary>Whether it is time after a step.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="endsEpoch">Whether the step was the last of an epoch.</param>
    public bool IsDue(int step, bool endsEpoch) => Kind switch
    {
        "steps" => step % Steps == 0,
        "epoch" => endsEpoch,
        _ => false,
    };

    /// <summary>How many times are left of those that end with the run, after a step.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="plan">The run.</param>
    public int Left(int step, TrainingPlan plan)
    {
        var interval = Kind switch { "steps" => Steps!.Value, "epoch" => plan.StepsPerEpoch, _ => plan.TotalSteps };
        return (plan.TotalSteps + interval - 1) / interval - step / interval - (step == plan.TotalSteps && step % interval != 0 ? 1 : 0);
    }
}
