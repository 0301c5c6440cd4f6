using Pipeline.Core.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>Sums steps up between two reports.</summary>
internal sealed class StepMeter(TimeProvider time)
{
    private StepReport _last;
    private double _lossSum;
    private int _steps;
    private long _since = time.GetTimestamp();

    public void Add(StepReport step)
    {
        if (_last.Step == 0)
            _since = time.GetTimestamp(); // what went before the first step was not training
        _last = step;
        _lossSum += step.Result.Loss;
        _steps++;
    }

    /// <summary>The figures since the last report; null where no step was done.</summary>
    public (TrainingProgress Progress, RunEvent Event)? Report(TrainingProgress progress)
    {
        if (_steps == 0)
            return null;
        var seconds = time.GetElapsedTime(_since).TotalSeconds;
        var rate = seconds > 0 ? _steps / seconds : 0;
        var loss = _lossSum / _steps;
        (_lossSum, _steps, _since) = (0, 0, time.GetTimestamp());
        var e = new RunEvent
        {
            At = time.GetUtcNow(),
            Type = "step",
            Step = _last.Step,
            Metrics = new Dictionary<string, double>
            {
                ["loss"] = loss,
                ["learning_rate"] = _last.LearningRate,
                ["gradient_norm"] = _last.Result.GradientNorm,
                ["steps_per_second"] = rate,
            },
        };
        return (progress with
        {
            Step = _last.Step,
            TotalSteps = _last.TotalSteps,
            Epoch = _last.Epoch,
            Loss = loss,
            LearningRate = _last.LearningRate,
            StepsPerSecond = rate,
            SecondsLeft = rate > 0 ? (_last.TotalSteps - _last.Step) / rate : null,
        }, e);
    }
}
