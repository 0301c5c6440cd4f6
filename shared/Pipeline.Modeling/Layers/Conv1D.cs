using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>A linear layer whose weight is stored transposed, <c>[in, out]</c>, as GPT-2's checkpoints have it.</summary>
internal sealed class Conv1D : nn.Module<Tensor, Tensor>
{
    /// <summary><c>[in, out]</c></summary>
    public readonly Parameter weight;

    /// <summary><c>[out]</c></summary>
    public readonly Parameter bias;

    /// <summary>A layer whose weight is not yet set and whose bias is zero.</summary>
    public Conv1D(long inputWidth, long outputWidth) : base(nameof(Conv1D))
    {
        weight = new Parameter(empty(inputWidth, outputWidth));
        bias = new Parameter(zeros(outputWidth));
        RegisterComponents();
    }

    /// <summary>
    /// The type that the product is computed and returned in, while the weights stay as they are (mixed precision). Default: theirs.
    /// </summary>
    public ScalarType? ComputeType { get; set; }

    /// <summary><c>[…, in]</c> to <c>[…, out]</c>.</summary>
    public override Tensor forward(Tensor x) => Project(x, weight, bias);

    /// <summary>Some of the outputs only: <paramref name="count"/> columns from <paramref name="start"/>.</summary>
    public Tensor Columns(Tensor x, long start, long count)
    {
        using var scope = NewDisposeScope();
        return Project(x, weight.narrow(1, start, count), bias.narrow(0, start, count)).MoveToOuterDisposeScope();
    }

    private Tensor Project(Tensor x, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        if (ComputeType is { } type) (x, weight, bias) = (x.to_type(type), weight.to_type(type), bias.to_type(type));
        long[] shape = [.. x.shape[..^1], weight.shape[1]];
        return addmm(bias, x.reshape(-1, weight.shape[0]), weight, 1, 1).view(shape).MoveToOuterDisposeScope();
    }
}
