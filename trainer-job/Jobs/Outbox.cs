namespace Pipeline.Trainer.Jobs;

/// <summary>
/// What waits to be appended to a blob, in order. What could not be written stays in front of the line, so that nothing is lost; where
/// the storage took a write and its answer did not come back, the same is written again.
/// </summary>
/// <typeparam name="T">An event, or a record.</typeparam>
/// <param name="append">Writes all it is given in one piece, or throws.</param>
/// <param name="time">The clock.</param>
internal sealed class Outbox<T>(Func<IReadOnlyCollection<T>, CancellationToken, Task> append, TimeProvider time) : IDisposable
{
    // An append blob takes 50,000 writes. With a pause of a thousandth of the age, a month takes 8,000.
    private const int WritesPerAge = 1_000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly long _start = time.GetTimestamp();
    private List<T> _waiting = [];
    private long _last = time.GetTimestamp();

    /// <summary>Whether the last write was long enough ago for the next.</summary>
    public bool IsDue => time.GetElapsedTime(_last) >= time.GetElapsedTime(_start) / WritesPerAge;

    /// <summary>Adds something to the end of the line.</summary>
    public void Add(T item)
    {
        lock (_lock)
            _waiting.Add(item);
    }

    /// <summary>Writes what waits.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        List<T> items;
        lock (_lock)
            (items, _waiting) = (_waiting, []);
        try
        {
            if (items.Count == 0)
                return;
            await append(items, cancellationToken);
            _last = time.GetTimestamp();
            items = [];
        }
        finally
        {
            lock (_lock)
                _waiting.InsertRange(0, items);
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();
}
