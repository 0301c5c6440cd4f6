namespace Pipeline.Trainer.Training;

/// <summary>What an optimizer step gave. Reading a figure may wait for the device, so only what is logged should be read.</summary>
/// <param name="loss">Gives <see cref="Loss"/>.</param>
/// <param name="gradientNorm">Gives <see cref="GradientNorm"/>.</param>
internal sealed class StepResult(Func<double> loss, Func<double> gradientNorm)
{
    private readonly Lazy<double> _loss = new(loss), _gradientNorm = new(gradientNorm);

    /// <summary>Mean loss over the step's examples (nats).</summary>
    public double Loss => _loss.Value;

    /// <summary>Global norm of the gradients before clipping; not finite where the step was left out.</summary>
    public double GradientNorm => _gradientNorm.Value;
}
