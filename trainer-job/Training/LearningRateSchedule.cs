using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Training;

/// <summary>
/// The learning rate of each step: a linear warmup to the peak, then one of the schedules of Hugging Face's
/// <c>transformers</c> (<c>optimization.py</c>), by its name there.
/// </summary>
internal sealed class LearningRateSchedule
{
    private const int DefaultTimescale = 10_000;

    private readonly double _peak;
    private readonly int _warmup;
    private readonly Func<int, double> _after;

    /// <param name="arguments">Peak, warmup, schedule and its numbers.</param>
    /// <param name="totalSteps">Of the run.</param>
    /// <exception cref="ArgumentException">There is no such schedule.</exception>
    public LearningRateSchedule(TrainingArguments arguments, int totalSteps)
    {
        (_peak, _warmup) = (arguments.LearningRate, arguments.WarmupSteps);
        var kwargs = arguments.LrSchedulerKwargs ?? new SchedulerKwargs();
        _after = arguments.LrSchedulerType switch
        {
            "linear" => step => Math.Max(0, totalSteps - step) / (double)Math.Max(1, totalSteps - _warmup),
            "cosine" => step => Cosine(2 * (kwargs.NumCycles ?? 0.5) * Progress(step)),
            "cosine_with_restarts" => step => Progress(step) >= 1 ? 0 : Cosine((kwargs.NumCycles ?? 1) * Progress(step) % 1),
            "polynomial" => step => Polynomial(Progress(step), kwargs.Power ?? 1, kwargs.LrEnd ?? 1e-7),
            "constant" or "constant_with_warmup" => _ => 1,
            "inverse_sqrt" => step => InverseSqrt(step, kwargs.Timescale ?? (_warmup > 0 ? _warmup : DefaultTimescale)),
            var other => throw new ArgumentException($"There is no schedule '{other}'.", nameof(arguments)),
        };

        // Share of the way from the end of the warmup to the end of the run.
        double Progress(int step) => (double)(step - _warmup) / Math.Max(1, totalSteps - _warmup);
    }

    /// <summary>The rate of a step, counted from 0. Unlike Hugging Face's, the first step is not lost on a rate of zero.</summary>
    public double At(int step) => step < _warmup ? _peak * (step + 1) / (_warmup + 1) : _peak * _after(step);

    // From 1 at 0 to 0 at 1, and back at 2.
    private static double Cosine(double halfWaves) => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * halfWaves)));

    // Down to lr_end, not to a share of the peak.
    private double Polynomial(double progress, double power, double end) =>
        progress >= 1 ? end / _peak : ((_peak - end) * Math.Pow(1 - progress, power) + end) / _peak;

    // Zhai et al. 2022, "Scaling Vision Transformers", § 3.5.
    private double InverseSqrt(int step, int timescale) => 1 / Math.Sqrt((double)(step + timescale - _warmup) / timescale);
}
