using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Trainer.TensorBoard;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// Writes heartbeat, progress and events in the background, so that the training step never waits for storage,
/// and finds out when the run has been taken away.
/// </summary>
internal sealed class RunReporter : ITrainingObserver, IAsyncDisposable
{
    private readonly IHold _hold;
    private readonly Charts _charts = new();
    private readonly Outbox<RunEvent> _events;
    private readonly Outbox<byte[]> _records;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _taken = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _beating;
    private readonly StepMeter _meter;
    private TrainingProgress _progress = new() { Stage = "prepare" };
    private IntervalStrategy _logging = new("steps", null);
    private bool _isLossReported;
    private bool _isLogOwed;

    public RunReporter(IHold hold, BlobServiceClient storage, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        (_hold, _interval, _time, _logger) = (hold, interval, time, logger);
        var log = new RunEventLog(storage);
        _events = new Outbox<RunEvent>((events, cancel) => log.AppendAsync(hold.RunId, events, cancel), time);
        _records = new Outbox<byte[]>(new EventFile(storage, BlobLayout.TensorBoard(hold.RunId, hold.Trial), time).AppendAsync, time);
        _meter = new StepMeter(interval, time, hold.Usage);
        Taken = _taken.Token;
        _beating = BeatAsync();
    }

    /// <summary>Cancelled when the run has been taken away; <see cref="TakenBy"/> then says how.</summary>
    public CancellationToken Taken { get; }

    public RunTakenException? TakenBy { get; private set; }

    /// <summary>Says what the device reaches at best, so that its utilisation can be told.</summary>
    /// <param name="device">The GPU as its driver names it; null: the CPU.</param>
    /// <param name="flops">FLOP/s; null where that is not known.</param>
    public void Measure(string? device, double? flops)
    {
        _meter.PeakFlops = flops;
        _hold.Usage.RunsOn(device);
    }

    /// <summary>Says which steps become events. Progress is written into the record whatever this says.</summary>
    /// <param name="logging">With <c>steps</c> and no number, those of the interval.</param>
    public void Log(IntervalStrategy logging) => (_logging, _meter.Steps) = (logging, logging.Steps);

    /// <summary>Looks whether the run is still ours.</summary>
    /// <exception cref="RunTakenException">It is not.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => _hold.CheckAsync(cancellationToken);

    /// <summary>Begins a stage.</summary>
    public void Stage(string stage, string message)
    {
        _logger.LogInformation("{Name}: {Message}", _hold.Name, message);
        lock (_lock)
            _progress = _progress with { Stage = stage, SecondsLeft = null };
    }

    /// <summary>Adds an event.</summary>
    /// <param name="type">See <see cref="RunEvent.Type"/>.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="state">The state entered, for type <c>state</c>.</param>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="metrics">Figures by name. One that is not finite is left out, since JSON has no word for it.</param>
    public void Event(string type, string? message, RunState? state = null, int? step = null, IReadOnlyDictionary<string, double>? metrics = null)
    {
        var e = new RunEvent
        {
            At = _time.GetUtcNow(),
            Type = type,
            Message = message,
            State = state,
            Trial = _hold.Trial,
            Step = step,
            Metrics = metrics?.Where(m => double.IsFinite(m.Value)).ToDictionary(),
        };
        lock (_lock)
        {
            _events.Add(e);
            foreach (var record in _charts.Of(e))
                _records.Add(record);
        }
    }

    /// <summary>Puts a text beside the charts.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="markdown">The text.</param>
    public void Text(string tag, string markdown) => _records.Add(EventRecord.Text(_time.GetUtcNow(), tag, markdown));

    /// <summary>Says where training stands when it is stopped: not every step is reported, and the record shall not lag behind the checkpoint.</summary>
    /// <param name="step">Optimizer steps done.</param>
    public void StandsAt(int step)
    {
        lock (_lock)
            _progress = _progress with { Step = step };
    }

    public void OnWarning(string message, int step)
    {
        _logger.LogWarning("{Name}: {Message}", _hold.Name, message);
        Event("warning", message, step: step);
    }

    public void OnStep(StepReport step)
    {
        if (_meter.Add(step) is not { } summary)
            return;
        lock (_lock)
            _progress = summary.ApplyTo(_progress);
        if (_logging.Kind == "steps" || _logging.IsDue(step.Step, endsEpoch: double.IsInteger(step.Epoch)))
            Event("step", message: null, step: summary.Step, metrics: summary.ToMetrics());
        if (!double.IsFinite(summary.Loss) && !_isLossReported)
        {
            _isLossReported = true;
            Event("warning", $"The loss at step {summary.Step} is not a finite number. A lower learning_rate or max_grad_norm may help.", step: summary.Step);
        }
    }

    public void OnEpoch(EpochMetrics epoch, ModelMetrics validation, int step, bool isBest)
    {
        _logger.LogInformation(
            "{Name}: epoch {Epoch:0.##}, loss {Loss:F4}, validation loss {ValidationLoss:F4}, {Score} {Value:F4}",
            _hold.Name, epoch.Epoch, epoch.TrainingLoss, epoch.ValidationLoss, epoch.ValidationR2 is null ? "macro F1" : "R²", epoch.ValidationR2 ?? epoch.ValidationMacroF1);
        lock (_lock)
            _progress = _progress with { ValidationMacroF1 = epoch.ValidationMacroF1, ValidationR2 = epoch.ValidationR2 };
        var (trainingSeconds, evaluationSeconds) = _meter.EndEpoch();
        var metrics = ScalarFigures.Of(validation, "validation_");
        metrics["epoch"] = epoch.Epoch;
        metrics["loss"] = epoch.TrainingLoss;
        metrics["validation_loss"] = epoch.ValidationLoss;
        metrics["training_seconds"] = trainingSeconds;
        metrics["evaluation_seconds"] = evaluationSeconds;
        var done = double.IsInteger(epoch.Epoch) ? $"Epoch {epoch.Epoch} is done" : string.Create(CultureInfo.InvariantCulture, $"Step {step}, epoch {epoch.Epoch:0.00}, is evaluated");
        Event("epoch", $"{done}{(isBest ? ", the best so far" : "")}.", step: step, metrics: metrics);
    }

    /// <summary>Writes what is waiting: the record first, then the events.</summary>
    /// <param name="write">Writes the record, with the newest progress.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RunTakenException">The run is no longer ours; nothing was written.</exception>
    public async Task FlushAsync(Func<TrainingProgress, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await WriteRecordAsync(write, cancellationToken);
        await WriteLogAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopBeatingAsync();
        if (_isLogOwed)
            await WriteLogAsync(CancellationToken.None);
        _events.Dispose();
        _records.Dispose();
        _stop.Dispose();
        _taken.Dispose();
    }

    /// <summary>Ends the background writes, so that a last word stands.</summary>
    public async Task StopBeatingAsync()
    {
        await _stop.CancelAsync();
        await _beating;
    }

    private Task WriteRecordAsync(Func<TrainingProgress, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        TrainingProgress progress;
        lock (_lock)
            progress = _progress;
        return write(progress, cancellationToken);
    }

    // After the record, which is the truth and says whether the run is still ours. A run does not fail for its log: what could not
    // be written waits for the next time, the last of which is the disposal.
    private async Task WriteLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _events.FlushAsync(cancellationToken);
            await _records.FlushAsync(cancellationToken);
            _isLogOwed = false;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
        {
            _isLogOwed = true;
            _logger.LogWarning(e, "{Name}: the events could not be written; trying again.", _hold.Name);
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_interval, _time, _stop.Token);
                try
                {
                    await WriteRecordAsync(_hold.BeatAsync, _stop.Token);
                    if (_events.IsDue)
                        await WriteLogAsync(_stop.Token);
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
                {
                    _logger.LogWarning(e, "{Name}: the heartbeat could not be written; trying again.", _hold.Name);
                }
            }
        }
        catch (RunTakenException e)
        {
            _logger.LogWarning("{Message}", e.Message);
            TakenBy = e;
            await _taken.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
