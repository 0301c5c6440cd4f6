using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Gpt2;

/// <summary>The feed-forward part of a block.</summary>
internal sealed class GPT2MLP : nn.Module<Tensor, Tensor>
{
    // Named as in the checkpoint.
    public readonly Conv1D c_fc;
    public readonly Conv1D c_proj;

    private readonly Func<Tensor, Tensor> _activation;

    public GPT2MLP(GPT2Config config) : base(nameof(GPT2MLP))
    {
        _activation = Activation.Create(config.ActivationFunction);
        c_fc = new Conv1D(config.NEmbd, config.InnerWidth);
        c_proj = new Conv1D(config.InnerWidth, config.NEmbd);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return c_proj.forward(_activation(c_fc.forward(x))).MoveToOuterDisposeScope();
    }
}
