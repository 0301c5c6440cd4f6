using System.Runtime.CompilerServices;

namespace Pipeline.Core.Tokenization;

/// <summary>Token ids as they are made; grows, and is used again for the next text.</summary>
internal sealed class IdBuffer
{
    private int[] _ids = new int[1024];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Written => _ids.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Takes back what was added last.</summary>
    public void CutTo(int count) => Count = count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id)
    {
        if (Count == _ids.Length)
            Grow(1);
        _ids[Count++] = id;
    }

    public void Add(ReadOnlySpan<int> ids)
    {
        ids.CopyTo(Reserve(ids.Length));
        Advance(ids.Length);
    }

    /// <summary>Room for as many ids, to be followed by <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<int> Reserve(int count)
    {
        if (_ids.Length - Count < count)
            Grow(count);
        return _ids.AsSpan(Count);
    }

    public void Advance(int count) => Count += count;

    private void Grow(int count) => Array.Resize(ref _ids, Math.Max(2 * _ids.Length, Count + count));
}
