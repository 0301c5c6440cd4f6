using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pipeline.Core.Baselines;

/// <summary>y ← y + a x for short vectors, where the call itself must cost nothing.</summary>
internal static class Axpy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float a, ReadOnlySpan<float> x, Span<float> y)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i <= y.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var sum = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref from, (nuint)i), Vector256.Create(a), Vector256.LoadUnsafe(ref to, (nuint)i));
            sum.StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < y.Length; i++)
            Unsafe.Add(ref to, i) = float.MultiplyAddEstimate(Unsafe.Add(ref from, i), a, Unsafe.Add(ref to, i));
    }
}
