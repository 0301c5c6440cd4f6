using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// The ids of words seen before. A text keeps using the same few thousand words, so most are looked up here and not cut
/// again. Grows up to a fixed size; each word has two places, and the older word makes way. For one thread at a time.
/// </summary>
internal sealed class WordCache
{
    // 2^15 entries of 64 bytes are 2 MB: about what a second-level cache holds, and most of the words of a text.
    private const int FewestBits = 8;
    private const int MostBits = 15;

    /// <summary>Ids of the longest word that is kept.</summary>
    public const int MostIds = 7;

    /// <summary>One cache line: the word, its ids and how many they are.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Entry
    {
        public Vector256<byte> Key;
        public Vector256<int> IdsAndCount;
    }

    private byte[] _memory = [];
    private int _start;
    private int _shift;
    private int _added;

    public WordCache() => Allocate(FewestBits);

    /// <summary>Appends the ids of a word, if they are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAppend(Vector256<byte> key, ulong hash, IdBuffer ids)
    {
        ref var entry = ref At(hash >> _shift);
        if (entry.Key != key)
        {
            entry = ref At((hash >> _shift) ^ 1);
            if (entry.Key != key)
                return false;
        }

        // All eight are written, and those that are none are written over next.
        entry.IdsAndCount.StoreUnsafe(ref MemoryMarshal.GetReference(ids.Reserve(8)));
        ids.Advance(entry.IdsAndCount[MostIds]);
        return true;
    }

    /// <summary>Remembers the ids of a word; more than <see cref="MostIds"/> are not kept.</summary>
    public void Add(Vector256<byte> key, ulong hash, ReadOnlySpan<int> ids)
    {
        if (ids.Length > MostIds)
            return;
        Span<int> padded = stackalloc int[8];
        padded.Clear();
        ids.CopyTo(padded);
        padded[MostIds] = ids.Length;
        if (++_added == 1 << (63 - _shift) && 64 - _shift < MostBits)
            Grow();
        Put(key, hash, Vector256.Create<int>(padded));
    }

    private void Put(Vector256<byte> key, ulong hash, Vector256<int> idsAndCount)
    {
        ref var entry = ref At(hash >> _shift);
        At((hash >> _shift) ^ 1) = entry;
        entry = new Entry { Key = key, IdsAndCount = idsAndCount };
    }

    private void Grow()
    {
        var known = MemoryMarshal.Cast<byte, Entry>(_memory.AsSpan(_start, 64 << (64 - _shift)));
        Allocate(64 - _shift + 2);
        foreach (var entry in known)
        {
            if (entry.Key != Vector256<byte>.Zero)
                Put(entry.Key, WordKey.Hash(entry.Key), entry.IdsAndCount);
        }
    }

    private void Allocate(int bits)
    {
        bits = Math.Min(bits, MostBits);
        _memory = GC.AllocateArray<byte>((64 << bits) + 63, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) & 63);
        _shift = 64 - bits;
        _added = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry At(ulong index) =>
        ref Unsafe.As<byte, Entry>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), (nint)((uint)_start + (index << 6))));
}
