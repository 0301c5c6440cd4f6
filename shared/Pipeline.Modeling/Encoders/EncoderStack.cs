using Pipeline.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Encoders;

/// <summary>The blocks of an encoder.</summary>
internal sealed class EncoderStack : nn.Module
{
    // Named as in the checkpoint.
    public readonly ModuleList<EncoderBlock> layer;

    public EncoderStack(IEnumerable<EncoderBlock> blocks) : base(nameof(EncoderStack))
    {
        layer = new ModuleList<EncoderBlock>([.. blocks]);
        RegisterComponents();
    }

    /// <summary>Whether the backward pass computes the blocks again. The last one is the first that it needs, so that one keeps what it has.</summary>
    public bool Recomputes { get; set; }

    /// <summary>The last hidden state of each text's first token: embeddings <c>[batch, seq, width]</c> to <c>[batch, width]</c>.</summary>
    public Tensor ForwardFirstToken(Tensor embeddings, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var mask = batch.Everything();
        // Only the classified token leaves the last block, so only for it is that block computed; numbers and gradients are the same.
        var x = embeddings.alias(); // so that the caller's tensor is not the one that the loop frees
        foreach (var block in layer.SkipLast(1))
        {
            var next = Recomputes && Recomputation.Spares(block, x) ? Recomputation.Run(block.Forward, x, mask) : block.Forward(x, mask);
            x.Dispose();
            x = next;
        }
        return layer[^1].ForwardFirstToken(x, batch, mask).MoveToOuterDisposeScope();
    }
}
