using Pipeline.Modeling.Encoders;
using Pipeline.Modeling.Layers;

namespace Pipeline.Modeling.Bert;

/// <summary>A block of BERT and RoBERTa.</summary>
internal sealed class BertLayer : EncoderBlock
{
    // Named as in the checkpoint.
    public readonly BertAttention attention;
    public readonly BertDense intermediate;
    public readonly BertOutput output;

    public BertLayer(BertFamilyConfig config) : base(nameof(BertLayer))
    {
        attention = new BertAttention(config.HiddenSize, config.LayerNormEps);
        intermediate = new BertDense(config.HiddenSize, config.IntermediateSize);
        output = new BertOutput(config.IntermediateSize, config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
        Parts = new EncoderParts(
            attention.self.query,
            attention.self.key,
            attention.self.value,
            attention.output.dense,
            attention.output.LayerNorm,
            intermediate.dense,
            output.dense,
            output.LayerNorm,
            new AttentionHeads(config.HiddenSize, config.NumAttentionHeads, config.AttentionProbsDropoutProb),
            Activation.Create(config.HiddenAct),
            AttentionDropout: config.HiddenDropoutProb,
            OutputDropout: config.HiddenDropoutProb);
    }

    protected override EncoderParts Parts { get; }
}
