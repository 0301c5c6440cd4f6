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
    private readonly RunOwnership _ownership;
    private readonly RunEventLog _log;
    private readonly string _runId;
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

    public RunReporter(RunOwnership ownership, RunEventLog log, string runId, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        (_ownership, _log, _runId, _interval, _time, _logger) = (ownership, log, runId, interval, time, logger);
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
        _logger.LogInformation("{RunId}: {Message}", _runId, message);
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
            "{RunId}: epoch {Epoch}, loss {Loss:F4}, validation loss {ValidationLoss:F4}, accuracy {Accuracy:F4}, macro F1 {MacroF1:F4}",
            _runId, epoch.Epoch, epoch.TrainingLoss, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.ValidationMacroF1);
        lock (_lock)
            _progress = _progress with { ValidationMacroF1 = epoch.ValidationMacroF1 };
        Event("epoch", $"Epoch {epoch.Epoch} is done{(isBest ? ", the best so far" : "")}.", step: step, metrics: new Dictionary<string, double>
        {
            ["epoch"] = epoch.Epoch,
            ["loss"] = epoch.TrainingLoss,
            ["validation_loss"] = epoch.ValidationLoss,
            ["validation_accuracy"] = epoch.ValidationAccuracy,
            ["validation_macro_f1"] = epoch.ValidationMacroF1,
        });
    }

    /// <summary>Writes what is waiting, in a change of the record.</summary>
    /// <exception cref="RunTakenException">The run is no longer ours; nothing was written.</exception>
    public async Task<RunRecord> FlushAsync(Func<RunRecord, RunRecord> change, CancellationToken cancellationToken)
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
            var run = await _ownership.UpdateAsync(r => change(r with { Progress = progress }), cancellationToken);
            await _log.AppendAsync(_runId, events, cancellationToken);
            events = [];
            return run;
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
                    await FlushAsync(run => run, _stop.Token);
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
                {
                    _logger.LogWarning(e, "The heartbeat of run '{RunId}' could not be written; trying again.", _runId);
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
