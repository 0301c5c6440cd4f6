using Pipeline.Modeling.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// Dropout (Srivastava et al. 2014), and the residual that is added to it. On the CPU in fp32 it is one pass with random numbers of its
/// own, of which Torch's generator gives the seed. The backward pass makes the same numbers again, so that no mask is kept.
/// </summary>
internal sealed class Dropout : autograd.SingleTensorFunction<Dropout>
{
    private const string SeedName = "seed";
    private const string RateName = "rate";
    private const string AddsName = "adds";

    public override string Name => nameof(Dropout);

    /// <summary>Each element of <paramref name="x"/> is zero with probability <paramref name="rate"/>, else divided by 1 - rate.</summary>
    /// <param name="x">Of any shape.</param>
    /// <param name="rate">From 0 to less than 1.</param>
    public static Tensor Of(Tensor x, double rate) => CpuMemory.Takes(x) ? Run(x, null, rate) : F.dropout(x, rate);

    /// <summary>The same, with <paramref name="residual"/>, of the same shape, added.</summary>
    public static Tensor Add(Tensor residual, Tensor x, double rate)
    {
        if (CpuMemory.Takes(x) && CpuMemory.Takes(residual) && x.shape.AsSpan().SequenceEqual(residual.shape)) return Run(x, residual, rate);
        using var scope = NewDisposeScope();
        return (residual + F.dropout(x, rate)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] inputs)
    {
        var (x, seed, rate) = ((Tensor)inputs[0], (ulong)inputs[1], (double)inputs[2]);
        ctx.save_data(SeedName, seed);
        ctx.save_data(RateName, rate);
        ctx.save_data(AddsName, inputs.Length > 3);
        return DropoutKernel.Run(x, inputs.Length > 3 ? (Tensor)inputs[3] : null, seed, rate);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var gradient = DropoutKernel.Run(grad_output.contiguous(), null, (ulong)ctx.get_data(SeedName), (double)ctx.get_data(RateName));
        List<Tensor> gradients = [gradient.MoveToOuterDisposeScope(), null!, null!];
        if ((bool)ctx.get_data(AddsName)) gradients.Add(grad_output.alias().MoveToOuterDisposeScope());
        return gradients;
    }

    private static Tensor Run(Tensor x, Tensor? residual, double rate)
    {
        ulong seed = RandomState.Seed();
        bool tracked = is_grad_enabled() && (x.requires_grad || residual?.requires_grad == true);
        if (!tracked) return DropoutKernel.Run(x, residual, seed, rate);
        return residual is null ? apply(x, seed, rate) : apply(x, seed, rate, residual);
    }
}
