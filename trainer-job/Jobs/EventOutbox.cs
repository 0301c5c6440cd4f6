using Pipeline.Core.Runs;

namespace Pipeline.Trainer.Jobs;

/// <summary>
/// Events that wait to be written, in order. What could not be written stays in front of the line, so that nothing is lost; where
/// the storage took a write and its answer did not come back, the same events are written again.
/// </summary>
/// <param name="append">Writes events in one piece, or throws.</param>
/// <param name="time">The clock.</param>
internal sealed class EventOutbox(Func<IReadOnlyCollection<RunEvent>, CancellationToken, Task> append, TimeProvider time) : IDisposable
{
    // An append blob takes 50,000 writes. With a pause of a thousandth of the age, a month takes 8,000.
    private const int WritesPerAge = 1_000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly long _start = time.GetTimestamp();
    private List<RunEvent> _waiting = [];
    private long _last = time.GetTimestamp();

    /// <summary>Whether the last write was long enough ago for the next.</summary>
    public bool IsDue => time.GetElapsedTime(_last) >= time.GetElapsedTime(_start) / WritesPerAge;

    /// <summary>Adds an event.</summary>
    public void Add(RunEvent e)
    {
        lock (_lock)
            _waiting.Add(e);
    }

    /// <summary>Writes what waits.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        List<RunEvent> events;
        lock (_lock)
            (events, _waiting) = (_waiting, []);
        try
        {
            if (events.Count == 0)
                return;
            await append(events, cancellationToken);
            _last = time.GetTimestamp();
            events = [];
        }
        finally
        {
            lock (_lock)
                _waiting.InsertRange(0, events);
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();
}
