using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Layers;

/// <summary>A table of vectors, looked up by row. Unlike <c>nn.Embedding</c> it does not spend time on random values that a checkpoint replaces.</summary>
internal sealed class Embedding : nn.Module<Tensor, Tensor>
{
    /// <summary><c>[rows, width]</c></summary>
    public readonly Parameter weight;

    /// <summary>A table whose values are not yet set.</summary>
    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        weight = new Parameter(empty(rows, width));
        RegisterComponents();
    }

    /// <summary><c>[…]</c> int64 to <c>[…, width]</c>.</summary>
    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        long[] shape = [.. ids.shape, weight.shape[1]];
        return weight.index_select(0, ids.reshape(-1)).view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>The first <paramref name="count"/> rows, <c>[count, width]</c>.</summary>
    public Tensor FirstRows(long count) => weight.narrow(0, 0, count);
}
