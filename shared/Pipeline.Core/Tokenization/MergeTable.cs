using System.Numerics;

namespace Pipeline.Core.Tokenization;

/// <summary>From two tokens to the rank of their merge and the token it makes: an open-addressing table, asked many times for each new word.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of two tokens that are not merged.</summary>
    public const int None = int.MaxValue;

    private struct Entry
    {
        public ulong Pair;
        public int Rank;
        public int Id;
    }

    private const ulong Empty = ulong.MaxValue;

    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <param name="merges">Merges at most.</param>
    public MergeTable(int merges)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges * 2));
        _entries = new Entry[size];
        Array.Fill(_entries, new Entry { Pair = Empty, Rank = None });
        _shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Sets a merge. As in Hugging Face, where a pair stands twice the later one counts.</summary>
    public void Set(int left, int right, int rank, int id)
    {
        var pair = Pair(left, right);
        var at = Slot(pair);
        while (_entries[at].Pair != Empty && _entries[at].Pair != pair)
            at = (at + 1) & (_entries.Length - 1);
        _entries[at] = new Entry { Pair = pair, Rank = rank, Id = id };
    }

    /// <summary>The rank of a merge, or <see cref="None"/>.</summary>
    public int Rank(int left, int right, out int id)
    {
        var pair = Pair(left, right);
        var entries = _entries;
        for (var at = Slot(pair); ; at = (at + 1) & (entries.Length - 1))
        {
            ref var entry = ref entries[at];
            if (entry.Pair == pair || entry.Pair == Empty)
            {
                id = entry.Id;
                return entry.Rank;
            }
        }
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15 ^ pair >> 29) * 0xC2B2AE3D27D4EB4F >> _shift);
}
