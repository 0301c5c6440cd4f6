using Pipeline.Modeling.Layers;
using Embedding = Pipeline.Modeling.Layers.Embedding;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Gpt2;

/// <summary>The transformer under the classification head.</summary>
internal sealed class GPT2Model : nn.Module
{
    // Named as in the checkpoint.
    public readonly Embedding wte;
    public readonly Embedding wpe;
    public readonly ModuleList<GPT2Block> h;
    public readonly LayerNorm ln_f;

    private readonly double _dropout;

    public GPT2Model(GPT2Config config) : base(nameof(GPT2Model))
    {
        _dropout = config.EmbdPdrop;
        wte = new Embedding(config.VocabSize, config.NEmbd);
        wpe = new Embedding(config.NPositions, config.NEmbd);
        h = new ModuleList<GPT2Block>([.. Enumerable.Range(0, config.NLayer).Select(layer => new GPT2Block(config, layer))]);
        ln_f = nn.LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        RegisterComponents();
    }

    /// <summary>The last hidden state of each text's last token: <c>[batch, seq]</c> to <c>[batch, width]</c>.</summary>
    public Tensor ForwardLastToken(Tensor inputIds, PaddedBatch batch)
    {
        using var scope = NewDisposeScope();
        var positions = batch.Positions is null ? wpe.FirstRows(inputIds.shape[1]) : wpe.forward(batch.Positions);
        var x = wte.forward(inputIds) + positions; // [batch, seq, width]
        if (training && _dropout > 0) x = F.dropout(x, _dropout);
        // Only the classified token leaves the last block, so only for it is that block computed; numbers and gradients are the same.
        foreach (var block in h.SkipLast(1))
        {
            var next = block.Forward(x, batch);
            x.Dispose();
            x = next;
        }
        return ln_f.forward(h[^1].ForwardLastToken(x, batch)).MoveToOuterDisposeScope();
    }
}
