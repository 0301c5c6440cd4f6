namespace Pipeline.Trainer.Training;

/// <summary>A step in figures.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the run.</param>
/// <param name="Epoch">Epochs done, with the fraction of the current one; a whole number after an epoch's last step.</param>
/// <param name="EvaluationsLeft">Evaluations of the validation split until the loop ends.</param>
/// <param name="IsEvaluated">Whether the validation split is scored after it.</param>
/// <param name="LearningRate">Of the step.</param>
/// <param name="Work">What was computed.</param>
/// <param name="Read">
/// Loss and gradient norm. Waits for the device, so it is called for the steps that are reported only, and before
/// <see cref="ITrainingObserver.OnStep"/> returns.
/// </param>
internal readonly record struct StepReport(
    int Step, int TotalSteps, double Epoch, int EvaluationsLeft, bool IsEvaluated, double LearningRate, StepWork Work, Func<StepFigures> Read);

/// <summary>What a step computed.</summary>
/// <param name="Examples">Texts.</param>
/// <param name="Tokens">Their tokens, special ones included, padding not.</param>
/// <param name="PaddedTokens">Their tokens with the padding of each batch.</param>
/// <param name="Flops">What the model asks for, see <see cref="Modeling.Optimization.ModelFlops"/>.</param>
internal readonly record struct StepWork(int Examples, long Tokens, long PaddedTokens, double Flops)
{
    public static StepWork operator +(StepWork a, StepWork b) =>
        new(a.Examples + b.Examples, a.Tokens + b.Tokens, a.PaddedTokens + b.PaddedTokens, a.Flops + b.Flops);
}

/// <summary>What only the device knows of a step.</summary>
/// <param name="Loss">Mean over the examples since it was last read (nats).</param>
/// <param name="GradientNorm">Of the step, before clipping.</param>
internal readonly record struct StepFigures(double Loss, double GradientNorm);
