using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// The loop of <see cref="Dropout"/>. Random bits are of sixteen generators xoshiro128++ side by side, begun anew for each chunk
/// by SplitMix64 (Blackman and Vigna 2021), so that they follow from the seed whatever the number of threads.
/// </summary>
internal static unsafe class DropoutKernel
{
    /// <summary>A new tensor.</summary>
    /// <param name="x">Contiguous fp32 on the CPU, and so the next.</param>
    /// <param name="residual">Added; null: nothing.</param>
    /// <param name="seed">Decides which elements become zero.</param>
    /// <param name="rate">Their share.</param>
    public static Tensor Run(Tensor x, Tensor? residual, ulong seed, double rate)
    {
        var result = empty_like(x);
        float* from = CpuMemory.Of(x), added = residual is null ? null : CpuMemory.Of(residual), to = CpuMemory.Of(result);
        float scale = (float)(1 / (1 - rate));
        uint limit = (uint)(rate * 4_294_967_296);
        CpuMemory.ForEachChunk(x.numel(), (start, count) =>
            Run(from + start, added is null ? null : added + start, to + start, count, new Xoshiro(seed, start / CpuMemory.ChunkLength), limit, scale));
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(float* from, float* added, float* to, long count, Xoshiro random, uint limit, float scale)
    {
        var (limits, scales) = (Vector512.Create(limit), Vector512.Create(scale));
        for (long i = 0; i < count; i += Vector512<float>.Count)
        {
            int length = (int)Math.Min(Vector512<float>.Count, count - i);
            var kept = Vector512.GreaterThanOrEqual(random.Next(), limits).AsSingle();
            var result = kept & (VectorMemory.Load(from + i, length) * scales);
            if (added is not null) result += VectorMemory.Load(added + i, length);
            VectorMemory.Store(result, to + i, length);
        }
    }

    private struct Xoshiro
    {
        private Vector512<uint> _a, _b, _c, _d;

        // Each chunk takes the next 32 numbers of the one SplitMix64.
        public Xoshiro(ulong seed, long chunk)
        {
            ulong state = seed + (ulong)chunk * 32 * SplitMix;
            (_a, _b, _c, _d) = (Fill(ref state), Fill(ref state), Fill(ref state), Fill(ref state));
        }

        private const ulong SplitMix = 0x9E3779B97F4A7C15;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<uint> Next()
        {
            var sum = _a + _d;
            var result = RotateLeft(sum, 7) + _a;
            var t = _b << 9;
            _c ^= _a;
            _d ^= _b;
            _b ^= _c;
            _a ^= _d;
            _c ^= t;
            _d = RotateLeft(_d, 11);
            return result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<uint> RotateLeft(Vector512<uint> x, int by) => (x << by) | (x >>> (32 - by));

        private static Vector512<uint> Fill(ref ulong state)
        {
            var numbers = Vector512<ulong>.Zero;
            for (int i = 0; i < Vector512<ulong>.Count; i++)
            {
                ulong z = state += SplitMix;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                numbers = numbers.WithElement(i, z ^ (z >> 31));
            }
            return numbers.AsUInt32();
        }
    }
}
