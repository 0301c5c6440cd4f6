using Pipeline.Core;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// Sums steps up and reports them now and then. Belongs to the loop's thread. Rates are over the time between the ends of two
/// steps; the first step, which also warms everything up, and evaluations are not in them.
/// </summary>
/// <param name="interval">Time between two reports. The first step and one before an evaluation are reported whenever they come.</param>
/// <param name="time">The clock.</param>
/// <param name="usage">Counts what is summed up.</param>
internal sealed class StepMeter(TimeSpan interval, TimeProvider time, UsageMeter usage)
{
    private readonly TimeLeft _timeLeft = new();
    private StepWork _work;
    private int _steps;
    private long? _since; // the end of the last step that was reported, or of the evaluation after it
    private long _epochStart;

    /// <summary>FLOP/s that the device reaches at best; null where that is not known.</summary>
    public double? PeakFlops { get; set; }

    /// <summary>Steps between two reports; null: the interval decides.</summary>
    public int? Steps { get; set; }

    /// <summary>Takes in a step.</summary>
    /// <returns>The figures since the last report; null where it is too early for another.</returns>
    public StepSummary? Add(StepReport step)
    {
        if (_since is not { } since)
        {
            var first = step.Read();
            _since = _epochStart = time.GetTimestamp();
            return Summary(step, first, seconds: 0);
        }

        _work += step.Work;
        _steps++;
        var isDue = Steps is { } steps ? step.Step % steps == 0 : time.GetElapsedTime(since) >= interval;
        if (!isDue && !step.IsEvaluated)
            return null;
        var figures = step.Read(); // waits for the device: the step is over when the clock is read
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(since, now).TotalSeconds;
        _timeLeft.AddSteps(_steps, seconds);
        usage.AddSteps(_work, seconds);
        var summary = Summary(step, figures, seconds);
        (_work, _steps, _since) = (default, 0, now);
        return summary;
    }

    /// <summary>An evaluation is done.</summary>
    /// <returns>How long the steps since the one before took, as far as this attempt did them, and how long the evaluation.</returns>
    public (double TrainingSeconds, double EvaluationSeconds) EndEpoch()
    {
        var now = time.GetTimestamp();
        var trained = _since ?? now;
        var training = _since is null ? 0 : time.GetElapsedTime(_epochStart, trained).TotalSeconds;
        var evaluation = time.GetElapsedTime(trained, now).TotalSeconds;
        _timeLeft.AddEvaluation(evaluation);
        usage.AddEvaluation(evaluation);
        (_since, _epochStart) = (_since is null ? null : now, now);
        return (training, evaluation);
    }

    private StepSummary Summary(StepReport step, StepFigures figures, double seconds)
    {
        return new StepSummary
        {
            Step = step.Step,
            TotalSteps = step.TotalSteps,
            Epoch = step.Epoch,
            LearningRate = step.LearningRate,
            Loss = figures.Loss,
            GradNorm = figures.GradientNorm,
            Padding = _work.PaddedTokens > 0 ? 1 - (double)_work.Tokens / _work.PaddedTokens : null,
            StepsPerSecond = PerSecond(_steps),
            SamplesPerSecond = PerSecond(_work.Examples),
            TokensPerSecond = PerSecond(_work.Tokens),
            Mfu = PerSecond(_work.Flops) / PeakFlops,
            MemoryBytes = ProcessMemory.Resident,
            PeakMemoryBytes = ProcessMemory.Peak,
            DeviceMemoryBytes = CudaDevice.MemoryInUse,
            SecondsLeft = _timeLeft.Estimate(step.TotalSteps - step.Step, step.EvaluationsLeft),
        };

        double? PerSecond(double amount) => seconds > 0 ? amount / seconds : null;
    }
}
