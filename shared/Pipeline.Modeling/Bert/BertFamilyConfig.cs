using System.Text.Json.Serialization;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Bert;

/// <summary>The fields that <c>config.json</c> of BERT and of RoBERTa have in common.</summary>
public abstract record BertFamilyConfig : PretrainedConfig
{
    private protected BertFamilyConfig(string modelType) : base(modelType)
    {
    }

    /// <summary>Rows of the position embedding. Default 512.</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Width of the hidden states; a multiple of <see cref="NumAttentionHeads"/>. Default 768.</summary>
    [JsonPropertyName("hidden_size")]
    public int HiddenSize { get; init; } = 768;

    /// <summary>Number of blocks. Default 12.</summary>
    [JsonPropertyName("num_hidden_layers")]
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads of a block. Default 12.</summary>
    [JsonPropertyName("num_attention_heads")]
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Width inside the feed-forward part. Default 3,072.</summary>
    [JsonPropertyName("intermediate_size")]
    public int IntermediateSize { get; init; } = 3_072;

    /// <summary>Rows of the token type embedding. Default 2.</summary>
    [JsonPropertyName("type_vocab_size")]
    public int TypeVocabSize { get; init; } = 2;

    /// <summary>One of <see cref="Activation.Names"/>. Default <c>gelu</c>.</summary>
    [JsonPropertyName("hidden_act")]
    public string HiddenAct { get; init; } = "gelu";

    /// <summary>Dropout of the embeddings and of what a block adds, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("hidden_dropout_prob")]
    public double HiddenDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout of the attention weights, 0 to 1. Default 0.1.</summary>
    [JsonPropertyName("attention_probs_dropout_prob")]
    public double AttentionProbsDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout in the classification head, 0 to 1. Default null: <see cref="HiddenDropoutProb"/>.</summary>
    [JsonPropertyName("classifier_dropout")]
    public double? ClassifierDropout { get; init; }

    /// <summary>Added to the variance in layer norms. Default 1e-12.</summary>
    [JsonPropertyName("layer_norm_eps")]
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Only <c>absolute</c>, a learned vector for each position, is supported. Default <c>absolute</c>.</summary>
    [JsonPropertyName("position_embedding_type")]
    public string? PositionEmbeddingType { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MaxPositions => MaxPositionEmbeddings;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Width => HiddenSize;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LayerCount => NumHiddenLayers;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int HeadCount => NumAttentionHeads;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InnerWidth => IntermediateSize;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool HasTokenTypes => TypeVocabSize > 1;

    /// <summary>Dropout in the classification head, resolved.</summary>
    [JsonIgnore]
    internal double HeadDropout => ClassifierDropout ?? HiddenDropoutProb;

    internal override BertFamilyConfig WithDropout(double rate) => this with { HiddenDropoutProb = rate, AttentionProbsDropoutProb = rate, ClassifierDropout = rate };

    internal override BertFamilyConfig WithMaxPositions(int positions) => this with { MaxPositionEmbeddings = MaxPositionEmbeddings - MaxPositions + positions };

    private protected void CheckFamily(string modelType)
    {
        ConfigCheck.Common(this, modelType);
        ConfigCheck.Sizes(("max_position_embeddings", MaxPositionEmbeddings), ("hidden_size", HiddenSize), ("num_hidden_layers", NumHiddenLayers), ("num_attention_heads", NumAttentionHeads), ("intermediate_size", IntermediateSize), ("type_vocab_size", TypeVocabSize));
        ConfigCheck.Require(HiddenSize % NumAttentionHeads == 0, "hidden_size", HiddenSize, $"a multiple of num_attention_heads ({NumAttentionHeads})");
        ConfigCheck.Activation("hidden_act", HiddenAct);
        ConfigCheck.Rates(("hidden_dropout_prob", HiddenDropoutProb), ("attention_probs_dropout_prob", AttentionProbsDropoutProb), ("classifier_dropout", ClassifierDropout));
        ConfigCheck.Epsilon("layer_norm_eps", LayerNormEps);
        ConfigCheck.Require(PositionEmbeddingType is null or "absolute", "position_embedding_type", PositionEmbeddingType, "absolute");
    }
}
