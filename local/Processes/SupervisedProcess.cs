namespace Pipeline.Local.Processes;

/// <summary>Keeps a program running: starts it, starts it again when it ends, stops it when asked.</summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // A program that has run this long counts as healthy: its next end is a first failure again.
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);
    private static readonly Backoff Restarts = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private readonly ProcessSpec _spec;
    private readonly PipelineLog _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private ChildProcess _child;

    /// <summary>Starts the program.</summary>
    public SupervisedProcess(ProcessSpec spec, PipelineLog log, TimeProvider time)
    {
        (_spec, _log, _time) = (spec, log, time);
        _child = Launch();
        _loop = SuperviseAsync();
    }

    /// <summary>The process id of the program that runs now.</summary>
    public int ProcessId => _child.Id;

    /// <summary>How often it was started again.</summary>
    public int Restarted { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private ChildProcess Launch()
    {
        _log.Write("local", $"starting {_spec.Name}: {_spec.FileName} {string.Join(' ', _spec.Arguments)}");
        return ChildProcess.Start(_spec, line => _log.Write(_spec.Name, LogLine.Readable(line)));
    }

    private async Task SuperviseAsync()
    {
        for (var failures = 0; ;)
        {
            var startedAt = _time.GetTimestamp();
            if (!await EndsByItselfAsync())
            {
                await _child.DisposeAsync();
                _log.Write("local", $"stopped {_spec.Name}");
                return;
            }

            var code = await _child.Exited;
            await _child.DisposeAsync();
            failures = _time.GetElapsedTime(startedAt) >= HealthyAfter ? 1 : failures + 1;
            var wait = Restarts.After(failures);
            _log.Warn($"{_spec.Name} ended with exit code {code}; starting it again in {wait.TotalSeconds:0} s. Its output: {_log.Path}");
            if (!await DelayAsync(wait))
                return;
            _child = Launch();
            Restarted++;
        }
    }

    private async Task<bool> EndsByItselfAsync() =>
        await Task.WhenAny(_child.Exited, Task.Delay(Timeout.Infinite, _stop.Token)) == _child.Exited && !_stop.IsCancellationRequested;

    private async Task<bool> DelayAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, _time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
