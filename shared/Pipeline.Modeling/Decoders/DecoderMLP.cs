using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>The feed-forward part of a decoder's block.</summary>
internal sealed class DecoderMLP : nn.Module<Tensor, Tensor>
{
    // Named as in the checkpoint.
    public readonly Projection c_fc;
    public readonly Projection c_proj;

    private readonly Func<Tensor, Tensor> _activation;

    public DecoderMLP(Projection first, Projection second, string activation) : base(nameof(DecoderMLP))
    {
        (c_fc, c_proj, _activation) = (first, second, Activation.Create(activation));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return c_proj.forward(_activation(c_fc.forward(x))).MoveToOuterDisposeScope();
    }
}
