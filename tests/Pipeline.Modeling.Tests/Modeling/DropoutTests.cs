using System.Numerics;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class DropoutTests
{
    private const int Count = 2 * CpuMemory.ChunkLength + 21; // a part of a chunk, and of a vector

    [Theory, InlineData(0.1), InlineData(0.3), InlineData(0.75)]
    public void A_share_becomes_zero_and_the_rest_is_scaled_so_that_the_mean_stays(double rate)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var values = Values(Dropout.Of(ones(Count), rate));

        Assert.Equal([0, (float)(1 / (1 - rate))], values.Distinct().Order());
        // Five standard deviations: once in two million seeds.
        Assert.Equal(rate * Count, values.Count(v => v == 0), tolerance: 5 * Math.Sqrt(Count * rate * (1 - rate)));
    }

    [Fact]
    public void Elements_and_their_neighbours_at_any_distance_become_zero_independently()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var dropped = Values(Dropout.Of(ones(Count), 0.3)).Select(v => v == 0).ToArray();
        foreach (int distance in new[] { 1, 2, 8, 15, 16, 32, 128, CpuMemory.ChunkLength })
        {
            int pairs = Count - distance;
            int both = Enumerable.Range(0, pairs).Count(i => dropped[i] && dropped[i + distance]);
            Assert.Equal(0.09 * pairs, both, tolerance: 5 * Math.Sqrt(pairs * 0.09));
        }
    }

    [Fact]
    public void The_gradient_goes_through_what_was_kept_and_through_the_residual_whole()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (x, residual) = (rand(Count).requires_grad_(true), rand(Count).requires_grad_(true));
        var upstream = randn(Count);
        var y = Dropout.Add(residual, x, 0.3);
        y.backward([upstream]);
        var factor = ((y - residual) / x).detach().round(1); // 0 or 1.4

        Assert.True(allclose(y, residual + x * (factor != 0) / 0.7, rtol: 1e-6));
        Assert.True(allclose(x.grad!, upstream * (factor != 0) / 0.7, rtol: 1e-6));
        Assert.True(residual.grad!.equal(upstream).all().item<bool>());
    }

    [Fact]
    public void A_constant_residual_or_input_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (x, residual) = (ones(20).requires_grad_(true), ones(20));
        Dropout.Add(residual, x, 0.5).sum().backward();
        Dropout.Add(x, residual, 0.5).sum().backward();
        Assert.NotNull(x.grad);
        Assert.Null(residual.grad);
    }

    [Fact]
    public void The_same_seed_gives_the_same_zeros_whatever_the_number_of_threads_and_another_gives_others()
    {
        using var scope = NewDisposeScope();
        int threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var (alone, again, other) = (Seeded(7), Seeded(7), Seeded(8));
            set_num_threads(2);
            Assert.Equal(alone, Seeded(7));
            Assert.Equal(alone, again);
            Assert.NotEqual(alone, other);
        }
        finally
        {
            set_num_threads(threads);
        }

        static float[] Seeded(long seed)
        {
            manual_seed(seed);
            return Values(Dropout.Of(ones(Count), 0.3));
        }
    }

    [Fact]
    public void Each_call_drops_other_elements()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Assert.NotEqual(Values(Dropout.Of(ones(Count), 0.3)), Values(Dropout.Of(ones(Count), 0.3)));
    }

    [Fact]
    public void The_numbers_are_those_of_xoshiro128_plus_plus_seeded_by_SplitMix64()
    {
        using var scope = NewDisposeScope();
        const ulong seed = 123_456_789;
        const double rate = 0.3;
        var values = Values(DropoutKernel.Run(ones(Count), null, seed, rate));
        uint limit = (uint)(rate * Math.Pow(2, 32));
        ulong state = seed;
        for (int chunk = 0; chunk * CpuMemory.ChunkLength < Count; chunk++)
        {
            uint[][] words = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 8).Select(_ => SplitMix(ref state)).SelectMany(z => new[] { (uint)z, (uint)(z >> 32) }).ToArray())];
            for (int i = 0; i < CpuMemory.ChunkLength && chunk * CpuMemory.ChunkLength + i < Count; i++)
            {
                bool isKept = Next(words, i % 16) >= limit;
                Assert.Equal(isKept, values[chunk * CpuMemory.ChunkLength + i] != 0);
            }
        }
    }

    [Fact]
    public void What_is_not_contiguous_fp32_on_the_CPU_is_left_to_Torch()
    {
        using var scope = NewDisposeScope();
        var x = ones(64, 64);
        foreach (var other in new[] { x.t(), x.to(float64), x.to(bfloat16) })
        {
            var y = Dropout.Add(zeros_like(other), other, 0.5);
            Assert.Equal(other.dtype, y.dtype);
            Assert.Equal([0.0, 2.0], y.to(float64).data<double>().ToArray().Distinct().Order());
        }
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();

    // As in the authors' splitmix64.c and xoshiro128plusplus.c.
    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static uint Next(uint[][] s, int lane)
    {
        uint result = BitOperations.RotateLeft(s[0][lane] + s[3][lane], 7) + s[0][lane];
        uint t = s[1][lane] << 9;
        s[2][lane] ^= s[0][lane];
        s[3][lane] ^= s[1][lane];
        s[1][lane] ^= s[2][lane];
        s[0][lane] ^= s[3][lane];
        s[2][lane] ^= t;
        s[3][lane] = BitOperations.RotateLeft(s[3][lane], 11);
        return result;
    }
}
