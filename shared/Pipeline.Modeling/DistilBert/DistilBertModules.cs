using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.DistilBert;

// Modules that only give DistilBERT's tensors their names; DistilBertLayer computes with what they hold.

/// <summary><c>attention</c></summary>
internal sealed class DistilBertAttention : nn.Module
{
    public readonly Linear q_lin;
    public readonly Linear k_lin;
    public readonly Linear v_lin;
    public readonly Linear out_lin;

    public DistilBertAttention(long width) : base(nameof(DistilBertAttention))
    {
        (q_lin, k_lin, v_lin, out_lin) = (new Linear(width, width), new Linear(width, width), new Linear(width, width), new Linear(width, width));
        RegisterComponents();
    }
}

/// <summary><c>ffn</c></summary>
internal sealed class DistilBertFeedForward : nn.Module
{
    public readonly Linear lin1;
    public readonly Linear lin2;

    public DistilBertFeedForward(long width, long innerWidth) : base(nameof(DistilBertFeedForward))
    {
        (lin1, lin2) = (new Linear(width, innerWidth), new Linear(innerWidth, width));
        RegisterComponents();
    }
}

/// <summary><c>distilbert</c></summary>
internal sealed class DistilBertModel : nn.Module
{
    public readonly EncoderEmbeddings embeddings;
    public readonly EncoderStack transformer;

    public DistilBertModel(DistilBertConfig config) : base(nameof(DistilBertModel))
    {
        embeddings = new EncoderEmbeddings(new EncoderSizes(config.VocabSize, config.MaxPositionEmbeddings, 0, config.Dim, DistilBertConfig.LayerNormEpsilon, config.Dropout));
        if (config.SinusoidalPosEmbds) embeddings.position_embeddings.weight.requires_grad = false;
        transformer = new EncoderStack(Enumerable.Range(0, config.NLayers).Select(_ => new DistilBertLayer(config)));
        RegisterComponents();
    }
}
