using System.Collections.Concurrent;

namespace Pipeline.Core.Tokenization;

/// <summary>Hands each thread that encodes a state of its own, and takes it back. As many are made as threads encode at once.</summary>
internal sealed class EncoderPool<T>(Func<T> create)
    where T : class
{
    private readonly ConcurrentQueue<T> _idle = new();
    private T? _last;

    public T Rent() => Interlocked.Exchange(ref _last, null) ?? (_idle.TryDequeue(out var state) ? state : create());

    public void Return(T state)
    {
        if (Interlocked.CompareExchange(ref _last, state, null) is not null)
            _idle.Enqueue(state);
    }
}
