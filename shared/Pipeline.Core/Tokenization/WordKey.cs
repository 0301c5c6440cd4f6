using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>A word of at most 31 bytes of UTF-8 as one vector: its bytes, zeros, and its length in the last byte.</summary>
internal static class WordKey
{
    /// <summary>Bytes of the longest word that has a key.</summary>
    public const int LongestWord = 31;

    // For each length: ones over the bytes of the word, and the length where it belongs.
    private static readonly Vector256<byte>[] Masks = [.. Enumerable.Range(0, 32).Select(n => Vector256.Create([.. Enumerable.Range(0, 32).Select(i => (byte)(i < n ? 255 : 0))]))];
    private static readonly Vector256<byte>[] Lengths = [.. Enumerable.Range(0, 32).Select(n => Vector256<byte>.Zero.WithElement(31, (byte)n))];

    /// <summary>The key of a word of ASCII characters.</summary>
    /// <param name="text">The word and what follows it; reading on is cheaper than copying.</param>
    /// <param name="length">Characters of the word, at most 31.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> OfAscii(ReadOnlySpan<char> text, int length)
    {
        if (text.Length < Vector256<byte>.Count)
            return OfAsciiAtEnd(text[..length]);
        ref var chars = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var bytes = Vector256.Narrow(Vector256.LoadUnsafe(ref chars), Vector256.LoadUnsafe(ref chars, 16));
        return (bytes & Masks[length]) | Lengths[length];
    }

    /// <summary>The key of some UTF-8.</summary>
    /// <param name="word">At most 31 bytes.</param>
    public static Vector256<byte> OfUtf8(ReadOnlySpan<byte> word)
    {
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        word.CopyTo(padded);
        padded[31] = (byte)word.Length;
        return Vector256.Create<byte>(padded);
    }

    /// <summary>A hash with its best bits on top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(Vector256<byte> key)
    {
        var parts = key.AsUInt64();
        var h = (parts[0] ^ BitOperations.RotateLeft(parts[3], 29)) * 0x9E3779B97F4A7C15;
        h ^= (parts[1] ^ BitOperations.RotateLeft(parts[2], 31)) * 0xC2B2AE3D27D4EB4F;
        h ^= h >> 32;
        return h * 0xD6E8FEB86659FD93;
    }

    private static Vector256<byte> OfAsciiAtEnd(ReadOnlySpan<char> word)
    {
        Span<byte> bytes = stackalloc byte[LongestWord];
        return OfUtf8(bytes[..Encoding.UTF8.GetBytes(word, bytes)]);
    }
}
