namespace Pipeline.Trainer.Training;

/// <summary>Linear warmup to the peak, then linear decay to zero (Hugging Face's <c>linear</c>).</summary>
internal sealed class LearningRateSchedule(double peak, double warmupRatio, int totalSteps)
{
    private readonly int _warmup = (int)Math.Ceiling(warmupRatio * totalSteps);

    /// <summary>The rate of a step, counted from 0. Unlike Hugging Face's, the first step is not lost on a rate of zero.</summary>
    public double At(int step) => step < _warmup
        ? peak * (step + 1) / (_warmup + 1)
        : peak * Math.Max(0, totalSteps - step) / Math.Max(1, totalSteps - _warmup);
}
