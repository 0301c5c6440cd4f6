using Pipeline.Modeling.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using GELU = TorchSharp.Modules.GELU;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// GELU in its tanh form, 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel 2016). On the CPU in fp32 it is one
/// pass that also gives the derivative, which is kept for the backward pass in place of x: tanh is computed once, not twice.
/// </summary>
internal sealed class TanhGelu : autograd.SingleTensorFunction<TanhGelu>
{
    public override string Name => nameof(TanhGelu);

    /// <summary>Of each element.</summary>
    public static Tensor Of(Tensor x)
    {
        if (!CpuMemory.Takes(x)) return F.gelu(x, GELU.Approximate.tanh);
        if (is_grad_enabled() && x.requires_grad) return apply(x);
        var y = empty_like(x);
        TanhGeluKernel.Value(x, y);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] inputs)
    {
        var x = (Tensor)inputs[0];
        var (y, derivative) = (empty_like(x), empty_like(x));
        TanhGeluKernel.ValueAndDerivative(x, y, derivative);
        ctx.save_for_backward([derivative]);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        return [(grad_output * ctx.get_saved_variables()[0]).MoveToOuterDisposeScope()];
    }
}
