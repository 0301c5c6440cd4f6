using System.Text.Json.Serialization;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Gpt2;

/// <summary><c>config.json</c> of a GPT-2 checkpoint, with the names, meanings and defaults of Hugging Face's <c>GPT2Config</c>.</summary>
public sealed record GPT2Config : PretrainedConfig
{
    /// <summary>The sizes of GPT-2 small.</summary>
    public GPT2Config() : base("gpt2") => (VocabSize, BosTokenId, EosTokenId) = (50_257, 50_256, 50_256);

    /// <summary>Longest input in tokens. Default 1,024.</summary>
    [JsonPropertyName("n_positions")]
    public int NPositions { get; init; } = 1_024;

    /// <summary>Width of the hidden states; a multiple of <see cref="NHead"/>. Default 768.</summary>
    [JsonPropertyName("n_embd")]
    public int NEmbd { get; init; } = 768;

    /// <summary>Number of blocks. Default 12.</summary>
    [JsonPropertyName("n_layer")]
    public int NLayer { get; init; } = 12;

    /// <summary>Attention heads of a block. Default 12.</summary>
    [JsonPropertyName("n_head")]
    public int NHead { get; init; } = 12;

    /// <summary>Width inside the feed-forward part. Default null: four times <see cref="NEmbd"/>.</summary>
    [JsonPropertyName("n_inner")]
    public int? NInner { get; init; }

    /// <summary>One of <see cref="Activation.Names"/>. Default <c>gelu_new</c>.</summary>
    [JsonPropertyName("activation_function")]
    public string ActivationFunction { get; init; } = "gelu_new";

    /// <summary>Dropout of what a block adds to the residual stream, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("resid_pdrop")]
    public double ResidPdrop { get; init; } = 0.1;

    /// <summary>Dropout of the embeddings, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("embd_pdrop")]
    public double EmbdPdrop { get; init; } = 0.1;

    /// <summary>Dropout of the attention weights, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("attn_pdrop")]
    public double AttnPdrop { get; init; } = 0.1;

    /// <summary>Added to the variance in layer norms. Default 1e-5.</summary>
    [JsonPropertyName("layer_norm_epsilon")]
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether attention scores are divided by the root of the head's width. Default true.</summary>
    [JsonPropertyName("scale_attn_weights")]
    public bool ScaleAttnWeights { get; init; } = true;

    /// <summary>Whether attention scores are divided by the block's number, counted from 1, as well. Default false.</summary>
    [JsonPropertyName("scale_attn_by_inverse_layer_idx")]
    public bool ScaleAttnByInverseLayerIdx { get; init; }

    /// <summary>Whether attention is computed in fp32 where the weights are fp16 or bf16. Default false.</summary>
    [JsonPropertyName("reorder_and_upcast_attn")]
    public bool ReorderAndUpcastAttn { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MaxPositions => NPositions;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Width => NEmbd;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LayerCount => NLayer;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int HeadCount => NHead;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InnerWidth => NInner ?? 4 * NEmbd;

    internal override string ClassName => nameof(GPT2ForSequenceClassification);

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is no GPT-2 configuration, or asks for something that this implementation does not compute.</exception>
    public static new GPT2Config Load(string path) => (GPT2Config)ConfigFile.Load(path, ModelFamily.GPT2);

    internal override GPT2Config WithDropout(double rate) => this with { ResidPdrop = rate, EmbdPdrop = rate, AttnPdrop = rate };

    internal override GPT2Config WithMaxPositions(int positions) => this with { NPositions = positions };

    internal override void Check()
    {
        ConfigCheck.Common(this, "gpt2");
        ConfigCheck.Sizes(("n_positions", NPositions), ("n_embd", NEmbd), ("n_layer", NLayer), ("n_head", NHead), ("n_inner", InnerWidth));
        ConfigCheck.Require(NEmbd % NHead == 0, "n_embd", NEmbd, $"a multiple of n_head ({NHead})");
        ConfigCheck.Activation("activation_function", ActivationFunction);
        ConfigCheck.Rates(("resid_pdrop", ResidPdrop), ("embd_pdrop", EmbdPdrop), ("attn_pdrop", AttnPdrop));
        ConfigCheck.Epsilon("layer_norm_epsilon", LayerNormEpsilon);
    }
}
