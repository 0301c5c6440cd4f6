using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Modeling.DistilBert;

/// <summary>A block of DistilBERT: BERT's, under other names, and without dropout between attention and its residual.</summary>
internal sealed class DistilBertLayer : EncoderBlock
{
    // Named as in the checkpoint.
    public readonly DistilBertAttention attention;
    public readonly LayerNorm sa_layer_norm;
    public readonly DistilBertFeedForward ffn;
    public readonly LayerNorm output_layer_norm;

    public DistilBertLayer(DistilBertConfig config) : base(nameof(DistilBertLayer))
    {
        attention = new DistilBertAttention(config.Dim);
        sa_layer_norm = nn.LayerNorm(config.Dim, DistilBertConfig.LayerNormEpsilon);
        ffn = new DistilBertFeedForward(config.Dim, config.HiddenDim);
        output_layer_norm = nn.LayerNorm(config.Dim, DistilBertConfig.LayerNormEpsilon);
        RegisterComponents();
        Parts = new EncoderParts(
            attention.q_lin,
            attention.k_lin,
            attention.v_lin,
            attention.out_lin,
            sa_layer_norm,
            ffn.lin1,
            ffn.lin2,
            output_layer_norm,
            new AttentionHeads(config.Dim, config.NHeads, config.AttentionDropout),
            Activation.Create(config.Activation),
            AttentionDropout: 0,
            OutputDropout: config.Dropout);
    }

    protected override EncoderParts Parts { get; }
}
