using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class CpuLinearTests
{
    [Theory, InlineData(ScalarType.Float32, 1e-6), InlineData(ScalarType.BFloat16, 1e-2)]
    public void Product_and_gradients_are_those_of_double_precision_to_the_type_they_are_computed_in(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, b) = (randn(200, 96, requires_grad: true), randn(96, 160, requires_grad: true), randn(160, requires_grad: true));
        var y = CpuLinear.Of(x, w, b, type);
        y.square().sum().backward();
        var (x64, w64, b64) = (Leaf(x), Leaf(w), Leaf(b));
        var y64 = addmm(b64, x64, w64, 1, 1);
        y64.square().sum().backward();

        Assert.Equal(ScalarType.Float32, y.dtype);
        foreach (var (found, exact) in new[] { (y, y64), (x.grad!, x64.grad!), (w.grad!, w64.grad!), (b.grad!, b64.grad!) })
            Assert.InRange(((found - exact).norm() / exact.norm()).item<double>(), 0, tolerance);

        static Tensor Leaf(Tensor t) => t.detach().to(float64).requires_grad_(true);
    }

    [Fact]
    public void What_is_frozen_gets_no_gradient_and_what_is_not_gets_its_own()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (ones(20, 32, requires_grad: true), ones(32, 16));
        CpuLinear.Of(x, w, null, ScalarType.Float32).sum().backward();

        Assert.Null(w.grad);
        Assert.All(x.grad!.data<float>().ToArray(), g => Assert.Equal(16, g));
    }
}
