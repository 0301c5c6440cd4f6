using Pipeline.Core.Costs;
using Pipeline.Modeling;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>Counts what an attempt uses. Steps are told by the loop's thread, and the sum is asked for by others.</summary>
internal sealed class UsageMeter
{
    private readonly TimeProvider _time;
    private readonly RateOptions _rates;
    private readonly long _start;
    private readonly double _earlier;
    private readonly double _processor;
    private readonly Lock _lock = new();
    private string? _device = CudaDevice.Name; // until the training has begun: what the driver says
    private StepWork _work;
    private double _training, _evaluation;

    /// <summary>Starts counting.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="rates">What the seconds cost.</param>
    /// <param name="earlier">What the container was held for before this, for this work: the start of the program, and the wait for its message.</param>
    public UsageMeter(TimeProvider time, RateOptions rates, TimeSpan earlier = default)
    {
        (_time, _rates, _start, _earlier) = (time, rates, time.GetTimestamp(), earlier.TotalSeconds);
        _processor = earlier > TimeSpan.Zero ? 0 : ProcessorSeconds;
    }

    private static double ProcessorSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Says what is trained on.</summary>
    /// <param name="device">The GPU as its driver names it; null: the CPU.</param>
    public void RunsOn(string? device)
    {
        lock (_lock)
            _device = device;
    }

    /// <summary>Adds steps.</summary>
    public void AddSteps(StepWork work, double seconds)
    {
        lock (_lock)
            (_work, _training) = (_work + work, _training + seconds);
    }

    /// <summary>Adds a scoring of the validation split.</summary>
    public void AddEvaluation(double seconds)
    {
        lock (_lock)
            _evaluation += seconds;
    }

    /// <summary>What was used until now, by this attempt and those before it.</summary>
    /// <param name="before">Those before; null: none.</param>
    public RunUsage After(RunUsage? before)
    {
        lock (_lock)
        {
            var accelerator = Accelerator.NameOf(_device);
            var billed = Math.Round(_earlier + _time.GetElapsedTime(_start).TotalSeconds, 1);
            var price = _rates.PriceOf(accelerator, billed);
            return RunUsage.Sum(before, new RunUsage
            {
                Accelerator = accelerator,
                Device = _device,
                Attempts = 1,
                BilledSeconds = billed,
                GpuSeconds = _device is null ? 0 : billed,
                CpuSeconds = Math.Round(ProcessorSeconds - _processor, 1),
                TrainingSeconds = Math.Round(_training, 3),
                EvaluationSeconds = Math.Round(_evaluation, 3),
                TrainedTokens = _work.Tokens,
                TrainedFlops = _work.Flops,
                Price = price,
                Currency = price is null ? null : _rates.Currency,
            });
        }
    }
}
