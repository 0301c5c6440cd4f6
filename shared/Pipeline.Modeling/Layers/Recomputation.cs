using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>
/// Runs a block so that only its input is kept for the backward pass, which computes the block a second time, with the same
/// dropout (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"; <c>torch.utils.checkpoint</c> with
/// <c>preserve_rng_state</c>). Gradients of parameters are added up where they always are.
/// </summary>
internal sealed class Recomputation : autograd.SingleTensorFunction<Recomputation>
{
    private const string BlockKey = "block", MaskKey = "mask", RandomKey = "random";

    public override string Name => nameof(Recomputation);

    /// <summary>Whether there is anything to spare: a backward pass to come, through this block.</summary>
    public static bool Spares(nn.Module block, Tensor x) =>
        block.training && is_grad_enabled() && (x.requires_grad || block.parameters().Any(p => p.requires_grad));

    /// <summary>The block's result.</summary>
    /// <param name="block">A block that <see cref="Spares"/>, as a function of hidden states <c>[batch, seq, width]</c> and a mask.</param>
    /// <param name="x">Its input.</param>
    /// <param name="mask">Its mask.</param>
    public static Tensor Run(Func<Tensor, AttentionMask, Tensor> block, Tensor x, AttentionMask mask)
    {
        // The lowest block with trained weights has an input that asks for no gradient; but then the block would not be asked either.
        using var scope = NewDisposeScope();
        var input = x.requires_grad ? x : x.detach().requires_grad_();
        return apply(input, mask.Pairs ?? empty(0), block, mask).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, pairs) = ((Tensor)vars[0], (Tensor)vars[1]);
        var (block, mask) = ((Func<Tensor, AttentionMask, Tensor>)vars[2], (AttentionMask)vars[3]);
        ctx.save_for_backward([x, pairs]);
        ctx.save_data(BlockKey, block);
        ctx.save_data(MaskKey, mask with { Pairs = null });
        ctx.save_data(RandomKey, RandomState.Capture(x.device));
        return block(x, mask);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var block = (Func<Tensor, AttentionMask, Tensor>)ctx.get_data(BlockKey);
        var mask = (AttentionMask)ctx.get_data(MaskKey);
        using var before = (RandomState)ctx.get_data(RandomKey);
        using var now = RandomState.Capture(grad_output.device);
        before.Restore();
        var x = saved[0].detach().requires_grad_();
        using (enable_grad())
        {
            var again = block(x, saved[1].numel() == 0 ? mask : mask with { Pairs = saved[1] });
            again.backward([grad_output]);
        }

        now.Restore();
        return [x.grad!.MoveToOuterDisposeScope(), null!, null!, null!];
    }
}
