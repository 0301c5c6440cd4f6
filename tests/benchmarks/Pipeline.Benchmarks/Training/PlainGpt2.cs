using Pipeline.Modeling.Gpt2;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Benchmarks.Training;

/// <summary>GPT-2 with a linear head on the last token, written with TorchSharp's own modules as a tutorial would.</summary>
internal sealed class PlainGpt2 : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly Dropout drop;
    private readonly ModuleList<Block> h;
    private readonly LayerNorm ln_f;
    private readonly Linear score;

    public PlainGpt2(GPT2Config config) : base(nameof(PlainGpt2))
    {
        wte = Embedding(config.VocabSize, config.NEmbd);
        wpe = Embedding(config.NPositions, config.NEmbd);
        drop = Dropout(config.EmbdPdrop);
        h = new ModuleList<Block>([.. Enumerable.Range(0, config.NLayer).Select(_ => new Block(config))]);
        ln_f = LayerNorm(config.NEmbd);
        score = Linear(config.NEmbd, config.Labels.Count, hasBias: false);
        RegisterComponents();
    }

    /// <summary>Ids <c>[batch, seq]</c>, padded on the right, and each text's last place <c>[batch]</c>, to logits <c>[batch, labels]</c>.</summary>
    public override Tensor forward(Tensor ids, Tensor last)
    {
        using var scope = NewDisposeScope();
        var x = drop.forward(wte.forward(ids) + wpe.forward(arange(ids.shape[1], device: ids.device)));
        foreach (var block in h)
            x = block.forward(x);
        x = ln_f.forward(x);
        var rows = x[arange(ids.shape[0], device: ids.device), last];
        return score.forward(rows).MoveToOuterDisposeScope();
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm ln_1;
        private readonly Linear c_attn;
        private readonly Linear c_proj;
        private readonly LayerNorm ln_2;
        private readonly Linear c_fc;
        private readonly Linear mlp_proj;
        private readonly Dropout drop;
        private readonly long _heads;

        public Block(GPT2Config config) : base(nameof(Block))
        {
            _heads = config.NHead;
            ln_1 = LayerNorm(config.NEmbd);
            c_attn = Linear(config.NEmbd, 3 * config.NEmbd);
            c_proj = Linear(config.NEmbd, config.NEmbd);
            ln_2 = LayerNorm(config.NEmbd);
            c_fc = Linear(config.NEmbd, 4 * config.NEmbd);
            mlp_proj = Linear(4 * config.NEmbd, config.NEmbd);
            drop = Dropout(config.ResidPdrop);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var (batch, sequence, width) = (x.shape[0], x.shape[1], x.shape[2]);
            var qkv = c_attn.forward(ln_1.forward(x)).chunk(3, dim: 2);
            Tensor Split(Tensor t) => t.view(batch, sequence, _heads, width / _heads).transpose(1, 2);
            var mixed = F.scaled_dot_product_attention(Split(qkv[0]), Split(qkv[1]), Split(qkv[2]), is_casual: true);
            x = x + drop.forward(c_proj.forward(mixed.transpose(1, 2).reshape(batch, sequence, width)));
            x = x + drop.forward(mlp_proj.forward(F.gelu(c_fc.forward(ln_2.forward(x)), TorchSharp.Modules.GELU.Approximate.tanh)));
            return x.MoveToOuterDisposeScope();
        }
    }
}
