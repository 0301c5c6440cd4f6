using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>The update in one pass over parameter, gradient and both moments, vectorised and spread over the processors.</summary>
internal static unsafe class AdamWKernel
{
    public static void Update(Tensor parameter, Tensor gradient, Tensor mean, Tensor square, AdamWConstants constants, double weightDecay)
    {
        float* p = CpuMemory.Of(parameter), g = CpuMemory.Of(gradient), m = CpuMemory.Of(mean), v = CpuMemory.Of(square);
        float shrink = (float)constants.Shrink(weightDecay);
        CpuMemory.ForEachChunk(parameter.numel(), (start, count) => Update(p + start, g + start, m + start, v + start, count, constants, shrink));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* p, float* g, float* m, float* v, long count, in AdamWConstants c, float shrink)
    {
        float scale = (float)c.GradientScale, beta1 = (float)c.Beta1, beta2 = (float)c.Beta2, epsilon = (float)c.Epsilon;
        // Taken from 1 in double, as Torch does: in float, 1 - 0.999 is off by 1 in 10,000.
        float rest1 = (float)(1 - c.Beta1), rest2 = (float)(1 - c.Beta2), stepSize = (float)c.StepSize, root = (float)c.RootCorrection;

        long i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var gradient = Vector512.Load(g + i) * scale;
            var mean = Vector512.Load(m + i) * beta1 + gradient * rest1;
            var square = Vector512.Load(v + i) * beta2 + gradient * gradient * rest2;
            mean.Store(m + i);
            square.Store(v + i);
            var divisor = Vector512.Sqrt(square) / root + Vector512.Create(epsilon);
            (Vector512.Load(p + i) * shrink - mean * stepSize / divisor).Store(p + i);
        }
        for (; i < count; i++)
        {
            float gradient = g[i] * scale;
            m[i] = m[i] * beta1 + gradient * rest1;
            v[i] = v[i] * beta2 + gradient * gradient * rest2;
            p[i] = p[i] * shrink - m[i] * stepSize / (MathF.Sqrt(v[i]) / root + epsilon);
        }
    }
}
