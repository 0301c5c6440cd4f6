using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Core.Findings;

/// <summary>
/// A signature of 64 bytes for the set of a text's sequences of three words (Broder 1997; one byte of each minimum is kept, Li and König 2010).
/// The share of equal bytes of two signatures estimates the Jaccard similarity of the sets, with a standard error of at most 6.3%.
/// </summary>
internal static class MinHash
{
    /// <summary>Bytes of a signature, one for each hash function.</summary>
    public const int Bytes = 64;

    private const int Lanes = 8;
    private const uint Odd = 0x9E3779B1;

    private static readonly uint[] Multipliers = Constants(0x243F6A88, odd: true);
    private static readonly uint[] Addends = Constants(0x85A308D3, odd: false);

    /// <summary>Writes the signature of a text.</summary>
    /// <param name="words">Hashes of its words, at least one. Fewer than three make one sequence.</param>
    /// <param name="signature"><see cref="Bytes"/> bytes.</param>
    public static void Write(ReadOnlySpan<uint> words, Span<byte> signature)
    {
        ref var multipliers = ref MemoryMarshal.GetArrayDataReference(Multipliers);
        ref var addends = ref MemoryMarshal.GetArrayDataReference(Addends);
        Span<uint> minima = stackalloc uint[Bytes];
        minima.Fill(uint.MaxValue);
        ref var minimum = ref MemoryMarshal.GetReference(minima);
        var sequences = Math.Max(1, words.Length - 2);
        // Half of the functions at a time, so that their minima stay in registers.
        for (var half = 0; half < Bytes; half += 4 * Lanes)
        {
            Vector256<uint> a0 = At(ref multipliers, half), a1 = At(ref multipliers, half + 8), a2 = At(ref multipliers, half + 16), a3 = At(ref multipliers, half + 24);
            Vector256<uint> b0 = At(ref addends, half), b1 = At(ref addends, half + 8), b2 = At(ref addends, half + 16), b3 = At(ref addends, half + 24);
            Vector256<uint> m0 = Vector256<uint>.AllBitsSet, m1 = m0, m2 = m0, m3 = m0;
            for (var i = 0; i < sequences; i++)
            {
                var s = Vector256.Create(Sequence(words, i));
                m0 = Vector256.Min(m0, (s * a0) + b0);
                m1 = Vector256.Min(m1, (s * a1) + b1);
                m2 = Vector256.Min(m2, (s * a2) + b2);
                m3 = Vector256.Min(m3, (s * a3) + b3);
            }

            m0.StoreUnsafe(ref minimum, (nuint)half);
            m1.StoreUnsafe(ref minimum, (nuint)half + 8);
            m2.StoreUnsafe(ref minimum, (nuint)half + 16);
            m3.StoreUnsafe(ref minimum, (nuint)half + 24);
        }

        // The minima are small numbers; multiplying brings all of their bits into the byte that is kept.
        for (var i = 0; i < Bytes; i++)
            signature[i] = (byte)((minima[i] * Odd) >> 24);
    }

    /// <summary>The estimated Jaccard similarity, 0 to 1.</summary>
    public static double Similarity(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var equal = 0;
        for (var i = 0; i < Bytes; i++)
            equal += one[i] == other[i] ? 1 : 0;
        // Two different minima have the same byte once in 256 times.
        return Math.Max(0, ((equal / (double)Bytes) - (1.0 / 256)) / (1 - (1.0 / 256)));
    }

    private static Vector256<uint> At(ref uint first, int index) => Vector256.LoadUnsafe(ref first, (nuint)index);

    private static uint Sequence(ReadOnlySpan<uint> words, int i)
    {
        if (words.Length < 3)
            return words.Length == 1 ? words[0] : Join(words[0], words[1]);
        return Join(Join(words[i], words[i + 1]), words[i + 2]);
    }

    private static uint Join(uint left, uint right)
    {
        var hash = (BitRotate(left) ^ right) * 0x85EBCA6B;
        return hash ^ (hash >> 13);
    }

    private static uint BitRotate(uint value) => System.Numerics.BitOperations.RotateLeft(value * 0xCC9E2D51, 15);

    // SplitMix64, so that every build has the same functions.
    private static uint[] Constants(ulong seed, bool odd)
    {
        var constants = new uint[Bytes];
        for (var i = 0; i < Bytes; i++)
        {
            seed += 0x9E3779B97F4A7C15;
            var z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            constants[i] = (uint)(z >> 32) | (odd ? 1u : 0u);
        }

        return constants;
    }
}
