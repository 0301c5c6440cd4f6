using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Roberta;

/// <summary>RoBERTa's head: a dense layer with tanh, then the labels.</summary>
internal sealed class RobertaClassificationHead : nn.Module<Tensor, Tensor>
{
    // Named as in the checkpoint.
    public readonly Linear dense;
    public readonly Linear out_proj;

    private readonly double _dropout;

    public RobertaClassificationHead(RobertaConfig config) : base(nameof(RobertaClassificationHead))
    {
        _dropout = config.HeadDropout;
        dense = new Linear(config.HiddenSize, config.HiddenSize);
        out_proj = new Linear(config.HiddenSize, config.Labels.Count);
        RegisterComponents();
    }

    /// <summary><c>[batch, width]</c> to <c>[batch, labels]</c>.</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return out_proj.forward(Drop(dense.forward(Drop(x)).tanh())).MoveToOuterDisposeScope();
    }

    private Tensor Drop(Tensor x) => training && _dropout > 0 ? Dropout.Of(x, _dropout) : x;
}
