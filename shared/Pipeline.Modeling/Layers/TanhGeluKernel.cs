using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>The loops of <see cref="TanhGelu"/>, over contiguous fp32 on the CPU.</summary>
internal static unsafe class TanhGeluKernel
{
    // With s = σ(2u) = 1 / (1 + e^-2u), where u is what tanh is taken of: GELU is x s, its derivative s + x s (1 - s) 2 du/dx.
    private const float Linear = 1.5957691216f; // 2 √(2/π)
    private const float Cubic = Linear * 0.044715f;

    /// <summary>GELU of x into y.</summary>
    public static void Value(Tensor x, Tensor y)
    {
        float* from = CpuMemory.Of(x), to = CpuMemory.Of(y);
        CpuMemory.ForEachChunk(x.numel(), (start, count) => Value(from + start, to + start, count));
    }

    /// <summary>GELU of x into y, and its derivative there.</summary>
    public static void ValueAndDerivative(Tensor x, Tensor y, Tensor derivative)
    {
        float* from = CpuMemory.Of(x), to = CpuMemory.Of(y), slope = CpuMemory.Of(derivative);
        CpuMemory.ForEachChunk(x.numel(), (start, count) => ValueAndDerivative(from + start, to + start, slope + start, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Value(float* from, float* to, long count)
    {
        for (long i = 0; i < count; i += Vector512<float>.Count)
        {
            int length = (int)Math.Min(Vector512<float>.Count, count - i);
            var x = VectorMemory.Load(from + i, length);
            VectorMemory.Store(x * Sigmoid(Power(x, x * x)), to + i, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ValueAndDerivative(float* from, float* to, float* slope, long count)
    {
        for (long i = 0; i < count; i += Vector512<float>.Count)
        {
            int length = (int)Math.Min(Vector512<float>.Count, count - i);
            var x = VectorMemory.Load(from + i, length);
            var square = x * x;
            var power = Power(x, square);
            var s = Sigmoid(power);
            var y = x * s;
            var inner = Vector512.MultiplyAddEstimate(square, Vector512.Create(3 * Cubic), Vector512.Create(Linear));
            VectorMemory.Store(y, to + i, length);
            // 1 - s is s e^-2u, which does not lose its digits where s is near 1.
            VectorMemory.Store(Vector512.MultiplyAddEstimate(y * (s * power), inner, s), slope + i, length);
        }
    }

    // Exactly 0 where the power is at the end of what fp32 holds, so that nothing is left to multiply a huge x by.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> power) =>
        Vector512.LessThan(power, Vector512.Create(1e38f)) & (Vector512<float>.One / (Vector512<float>.One + power));

    // e^-2u
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Power(Vector512<float> x, Vector512<float> square)
    {
        var inner = Vector512.MultiplyAddEstimate(square, Vector512.Create(-Cubic), Vector512.Create(-Linear));
        return VectorMath.Exp(x * inner);
    }
}
