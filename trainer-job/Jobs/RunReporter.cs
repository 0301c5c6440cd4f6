using Azure;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Metrics;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// Writes heartbeat, progress and events in the background, so that the training step never waits for storage,
/// and finds out when the run has been taken away.
/// </summary>
internal sealed class RunReporter : ITrainingObserver, IAsyncDisposable
{
    private readonly IHold _hold;
    private readonly RunEventLog _log;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _taken = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _beating;
    private readonly StepMeter _meter;
    private List<RunEvent> _events = [];
    private TrainingProgress _progress = new() { Stage = "prepare" };

    public RunReporter(IHold hold, RunEventLog log, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        (_hold, _log, _interval, _time, _logger) = (hold, log, interval, time, logger);
        _meter = new StepMeter(time);
        Taken = _taken.Token;
        _beating = BeatAsync();
    }

    /// <summary>Cancelled when the run has been taken away; <see cref="TakenBy"/> then says how.</summary>
    public CancellationToken Taken { get; }

    public RunTakenException? TakenBy { get; private set; }

    /// <summary>Begins a stage.</summary>
    public void Stage(string stage, string message)
    {
        _logger.LogInformation("{Name}: {Message}", _hold.Name, message);
        lock (_lock)
            _progress = _progress with { Stage = stage };
    }

    /// <summary>Adds an event.</summary>
    public void Event(string type, string message, RunState? state = null, int? step = null, IReadOnlyDictionary<string, double>? metrics = null)
    {
        lock (_lock)
            _events.Add(new RunEvent { At = _time.GetUtcNow(), Type = type, Message = message, State = state, Step = step, Metrics = metrics });
    }

    public void OnStep(StepReport step)
    {
        lock (_lock)
            _meter.Add(step);
    }

    public void OnEpoch(EpochMetrics epoch, int step, bool isBest)
    {
        _logger.LogInformation(
            "{Name}: epoch {Epoch}, loss {Loss:F4}, validation loss {ValidationLoss:F4}, {Score} {Value:F4}",
            _hold.Name, epoch.Epoch, epoch.TrainingLoss, epoch.ValidationLoss, epoch.ValidationR2 is null ? "macro F1" : "R²", epoch.ValidationR2 ?? epoch.ValidationMacroF1);
        lock (_lock)
            _progress = _progress with { ValidationMacroF1 = epoch.ValidationMacroF1, ValidationR2 = epoch.ValidationR2 };
        Event("epoch", $"Epoch {epoch.Epoch} is done{(isBest ? ", the best so far" : "")}.", step: step, metrics: new (string Name, double? Value)[]
        {
            ("epoch", epoch.Epoch),
            ("loss", epoch.TrainingLoss),
            ("validation_loss", epoch.ValidationLoss),
            ("validation_accuracy", epoch.ValidationAccuracy),
            ("validation_macro_f1", epoch.ValidationMacroF1),
            ("validation_rmse", epoch.ValidationRmse),
            ("validation_r2", epoch.ValidationR2),
        }.Where(f => f.Value is not null).ToDictionary(f => f.Name, f => f.Value!.Value));
    }

    /// <summary>Writes what is waiting: the record first, then the events.</summary>
    /// <param name="write">Writes the record, with the newest progress.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RunTakenException">The run is no longer ours; nothing was written.</exception>
    public async Task FlushAsync(Func<TrainingProgress, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        TrainingProgress progress;
        List<RunEvent> events;
        lock (_lock)
        {
            if (_meter.Report(_progress) is var (reported, e))
            {
                _progress = reported;
                _events.Add(e);
            }

            (progress, events, _events) = (_progress, _events, []);
        }

        try
        {
            await write(progress, cancellationToken);
            await _log.AppendAsync(_hold.RunId, events, cancellationToken);
            events = [];
        }
        finally
        {
            lock (_lock)
                _events.InsertRange(0, events);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopBeatingAsync();
        _stop.Dispose();
        _taken.Dispose();
    }

    /// <summary>Ends the background writes, so that a last word stands.</summary>
    public async Task StopBeatingAsync()
    {
        await _stop.CancelAsync();
        await _beating;
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
                    await FlushAsync(_hold.BeatAsync, _stop.Token);
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
