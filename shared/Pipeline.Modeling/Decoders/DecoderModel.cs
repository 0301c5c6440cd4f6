using Pipeline.Modeling.Layers;
using Dropout = Pipeline.Modeling.Layers.Dropout;
using Embedding = Pipeline.Modeling.Layers.Embedding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Decoders;

/// <summary>The transformer under the classification head of GPT-2 and GPT-Neo.</summary>
internal sealed class DecoderModel : nn.Module
{
    // Named as in the checkpoint.
    public readonly Embedding wte;
    public readonly Embedding wpe;
    public readonly ModuleList<DecoderBlock> h;
    public readonly LayerNorm ln_f;

    private readonly double _dropout;

    public DecoderModel(DecoderSizes sizes, IEnumerable<DecoderBlock> blocks) : base(nameof(DecoderModel))
    {
        _dropout = sizes.EmbeddingDropout;
        wte = new Embedding(sizes.Vocabulary, sizes.Width);
        wpe = new Embedding(sizes.Positions, sizes.Width);
        h = new ModuleList<DecoderBlock>([.. blocks]);
        ln_f = nn.LayerNorm(sizes.Width, sizes.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Whether the backward pass computes the blocks again. The last one is the first that it needs, so that one keeps what it has.</summary>
    public bool Recomputes { get; set; }

    /// <summary>The last hidden state of each text's last token: <c>[batch, seq]</c> to <c>[batch, width]</c>.</summary>
    public Tensor ForwardLastToken(Tensor inputIds, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        // Only the classified token leaves the last block, so only for it is that block computed; numbers and gradients are the same.
        return ln_f.forward(h[^1].ForwardLastToken(Forward(inputIds, batch, h.SkipLast(1)), batch)).MoveToOuterDisposeScope();
    }

    /// <summary>The last hidden state of every token: <c>[batch, seq]</c> to <c>[batch, seq, width]</c>.</summary>
    public Tensor ForwardEveryToken(Tensor inputIds, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        return ln_f.forward(Forward(inputIds, batch, h)).MoveToOuterDisposeScope();
    }

    // Embeddings and some blocks: [batch, seq] to [batch, seq, width].
    private Tensor Forward(Tensor inputIds, PaddedBatch batch, IEnumerable<DecoderBlock> blocks)
    {
        var positions = batch.Positions is null ? wpe.FirstRows(inputIds.shape[1]) : wpe.forward(batch.Positions);
        var x = wte.forward(inputIds) + positions; // [batch, seq, width]
        if (training && _dropout > 0) x = Dropout.Of(x, _dropout);
        var masks = h.Select(block => block.attn.Window).Distinct().ToDictionary(window => window, batch.Causal);
        foreach (var block in blocks)
        {
            var mask = masks[block.attn.Window];
            var next = Recomputes && Recomputation.Spares(block, x) ? Recomputation.Run(block.Forward, x, mask) : block.Forward(x, mask);
            x.Dispose();
            x = next;
        }
        return x;
    }
}
