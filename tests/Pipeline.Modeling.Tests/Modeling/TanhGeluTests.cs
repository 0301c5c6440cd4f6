using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using GELU = TorchSharp.Modules.GELU;

namespace Pipeline.Modeling.Tests;

public sealed class TanhGeluTests
{
    // More than a chunk, and no multiple of a vector's length.
    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(3 * CpuMemory.ChunkLength + 5)]
    public void Value_and_gradient_are_those_of_the_formula_in_double_precision(int count)
    {
        using var scope = NewDisposeScope();
        var x = linspace(-12, 12, count).requires_grad_(true);
        var upstream = linspace(-1, 2, count);
        var exact = x.detach().to(float64).requires_grad_(true);

        var y = TanhGelu.Of(x);
        y.backward([upstream]);
        var expected = 0.5 * exact * (1 + (Math.Sqrt(2 / Math.PI) * (exact + 0.044715 * exact.pow(3))).tanh());
        expected.backward([upstream.to(float64)]);

        Assert.InRange((y - expected).abs().max().item<double>(), 0, 1e-6);
        Assert.InRange((x.grad! - exact.grad!).abs().max().item<double>(), 0, 2e-6);
        using (no_grad()) Assert.True(TanhGelu.Of(x).equal(y).all().item<bool>(), "The value is another without gradients.");
    }

    [Fact]
    public void It_is_as_exact_as_Torchs_own()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(10_000) * 3;
        var exact = F.gelu(x.to(float64), GELU.Approximate.tanh);
        double Error(Tensor y) => (y - exact).norm().item<double>();

        Assert.InRange(Error(TanhGelu.Of(x)), 0, 1.5 * Error(F.gelu(x, GELU.Approximate.tanh)));
    }

    [Fact]
    public void Far_from_zero_it_is_x_or_nothing_and_what_is_no_number_stays_none()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1e4f, -1e4f, -1e12f, 0f, float.NaN, float.PositiveInfinity }).requires_grad_(true);
        var y = TanhGelu.Of(x);
        y.sum().backward();

        var (values, slopes) = (y.data<float>().ToArray(), x.grad!.data<float>().ToArray());
        foreach (var (found, expected) in values.Zip([1e4f, 0, 0, 0]).Concat(slopes.Zip([1, 0, 0, 0.5f])))
            Assert.Equal(expected, found, tolerance: 0f); // a zero may be negative
        Assert.True(float.IsNaN(values[4]) && float.IsNaN(slopes[4]));
        Assert.True(float.IsPositiveInfinity(values[5]));
    }

    [Fact]
    public void What_is_not_contiguous_fp32_on_the_CPU_is_left_to_Torch()
    {
        using var scope = NewDisposeScope();
        var x = randn(6, 8);
        foreach (var other in new[] { x.t(), x.to(float64), x.to(bfloat16) })
            Assert.True(TanhGelu.Of(other).equal(F.gelu(other, GELU.Approximate.tanh)).all().item<bool>());
    }
}
