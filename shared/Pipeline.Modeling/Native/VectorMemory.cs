using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Modeling.Native;

/// <summary>Sixteen fp32 numbers from and to memory, or at the end of an array fewer.</summary>
internal static unsafe class VectorMemory
{
    /// <summary>The first <paramref name="length"/> numbers there, 1 to 16, and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, int length)
    {
        if (length == Vector512<float>.Count) return Vector512.Load(from);
        var numbers = Vector512<float>.Zero;
        for (int i = 0; i < length; i++) numbers = numbers.WithElement(i, from[i]);
        return numbers;
    }

    /// <summary>Writes the first <paramref name="length"/> numbers, 1 to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> numbers, float* to, int length)
    {
        if (length == Vector512<float>.Count) numbers.Store(to);
        else
        {
            for (int i = 0; i < length; i++) to[i] = numbers[i];
        }
    }
}
