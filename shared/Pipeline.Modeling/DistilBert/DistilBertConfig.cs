using System.Text.Json.Serialization;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.DistilBert;

/// <summary><c>config.json</c> of a DistilBERT checkpoint, with the names, meanings and defaults of Hugging Face's <c>DistilBertConfig</c>.</summary>
public sealed record DistilBertConfig : PretrainedConfig
{
    /// <summary>Added to the variance in layer norms; the family has no field for it.</summary>
    internal const double LayerNormEpsilon = 1e-12;

    /// <summary>The sizes of DistilBERT base.</summary>
    public DistilBertConfig() : base("distilbert") => (VocabSize, PadTokenId) = (30_522, 0);

    /// <summary>Rows of the position embedding. Default 512.</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Width of the hidden states; a multiple of <see cref="NHeads"/>. Default 768.</summary>
    [JsonPropertyName("dim")]
    public int Dim { get; init; } = 768;

    /// <summary>Number of blocks. Default 6.</summary>
    [JsonPropertyName("n_layers")]
    public int NLayers { get; init; } = 6;

    /// <summary>Attention heads of a block. Default 12.</summary>
    [JsonPropertyName("n_heads")]
    public int NHeads { get; init; } = 12;

    /// <summary>Width inside the feed-forward part. Default 3,072.</summary>
    [JsonPropertyName("hidden_dim")]
    public int HiddenDim { get; init; } = 3_072;

    /// <summary>One of <see cref="Layers.Activation.Names"/>. Default <c>gelu</c>.</summary>
    [JsonPropertyName("activation")]
    public string Activation { get; init; } = "gelu";

    /// <summary>Dropout of the embeddings and inside the feed-forward part, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("dropout")]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of the attention weights, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("attention_dropout")]
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout in the classification head, 0 to 1. Default 0.2.</summary>
    [JsonPropertyName("seq_classif_dropout")]
    public double SeqClassifDropout { get; init; } = 0.2;

    /// <summary>Whether positions have fixed vectors of sines and cosines, which are not trained. Default false.</summary>
    [JsonPropertyName("sinusoidal_pos_embds")]
    public bool SinusoidalPosEmbds { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MaxPositions => MaxPositionEmbeddings;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Width => Dim;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LayerCount => NLayers;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int HeadCount => NHeads;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InnerWidth => HiddenDim;

    internal override string ClassName => nameof(DistilBertForSequenceClassification);

    internal override DistilBertConfig WithDropout(double rate) => this with { Dropout = rate, AttentionDropout = rate, SeqClassifDropout = rate };

    internal override DistilBertConfig WithMaxPositions(int positions) => this with { MaxPositionEmbeddings = positions };

    internal override void Check()
    {
        ConfigCheck.Common(this, "distilbert");
        ConfigCheck.Sizes(("max_position_embeddings", MaxPositionEmbeddings), ("dim", Dim), ("n_layers", NLayers), ("n_heads", NHeads), ("hidden_dim", HiddenDim));
        ConfigCheck.Require(Dim % NHeads == 0, "dim", Dim, $"a multiple of n_heads ({NHeads})");
        ConfigCheck.Activation("activation", Activation);
        ConfigCheck.Rates(("dropout", Dropout), ("attention_dropout", AttentionDropout), ("seq_classif_dropout", SeqClassifDropout));
    }
}
