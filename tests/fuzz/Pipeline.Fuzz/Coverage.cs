using SharpFuzz.Common;

namespace Pipeline.Fuzz;

/// <summary>The branches that were taken, as the instrumented code counts them: 65,536 counters, one for each pair of places (hashed).</summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    private readonly byte[] _counts = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Makes the instrumented code count here.</summary>
    public Coverage()
    {
        fixed (byte* counts = _counts)
            Trace.SharedMem = counts;
    }

    /// <summary>Different pairs of places taken so far.</summary>
    public int Edges { get; private set; }

    /// <summary>Forgets the counts of the run before.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Trace.PrevLocation = 0;
    }

    /// <summary>Takes a run's counts over.</summary>
    /// <returns>Whether it went where none went before, or there in another order of magnitude.</returns>
    public bool Merge()
    {
        var isNew = false;
        for (var at = 0; at < Size; at++)
        {
            // Most are zero.
            var next = _counts.AsSpan(at).IndexOfAnyExcept((byte)0);
            if (next < 0)
                break;
            at += next;
            var bucket = Bucket(_counts[at]);
            if ((_seen[at] & bucket) != 0)
                continue;
            Edges += _seen[at] == 0 ? 1 : 0;
            _seen[at] |= bucket;
            isNew = true;
        }

        return isNew;
    }

    // Once, twice, three times, up to 7, 15, 31, 127, more: a loop that runs 40 times instead of 41 is no news.
    private static byte Bucket(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
