namespace Pipeline.Local.Hosting;

/// <summary>A loop that runs until it is disposed. If it breaks, that is said at once and not only at the end.</summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Starts it.</summary>
    public BackgroundLoop(string name, Func<CancellationToken, Task> run, PipelineLog log) => _loop = RunAsync(name, run, log);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(string name, Func<CancellationToken, Task> run, PipelineLog log)
    {
        await Task.Yield();
        try
        {
            await run(_stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            log.Write("local", e.ToString());
            log.Warn($"The {name} stopped working: {e.Message} Stop with Ctrl-C and start again; the log has the whole error: {log.Path}");
        }
        catch (OperationCanceledException)
        {
            log.Write("local", $"stopped the {name}");
        }
    }
}
