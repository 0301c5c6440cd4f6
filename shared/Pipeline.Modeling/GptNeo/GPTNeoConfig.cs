using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.GptNeo;

/// <summary><c>config.json</c> of a GPT-Neo checkpoint, with the names, meanings and defaults of Hugging Face's <c>GPTNeoConfig</c>.</summary>
public sealed record GPTNeoConfig : PretrainedConfig
{
    internal const string Local = "local";
    private const string Global = "global";

    /// <summary>The sizes of GPT-Neo 1.3B.</summary>
    public GPTNeoConfig() : base("gpt_neo") => (VocabSize, BosTokenId, EosTokenId) = (50_257, 50_256, 50_256);

    /// <summary>Longest input in tokens. Default 2,048.</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositionEmbeddings { get; init; } = 2_048;

    /// <summary>Width of the hidden states; a multiple of <see cref="NumHeads"/>. Default 2,048.</summary>
    [JsonPropertyName("hidden_size")]
    public int HiddenSize { get; init; } = 2_048;

    /// <summary>Number of blocks. Default 24.</summary>
    [JsonPropertyName("num_layers")]
    public int NumLayers { get; init; } = 24;

    /// <summary>Attention heads of a block. Default 16.</summary>
    [JsonPropertyName("num_heads")]
    public int NumHeads { get; init; } = 16;

    /// <summary>Width inside the feed-forward part. Default null: four times <see cref="HiddenSize"/>.</summary>
    [JsonPropertyName("intermediate_size")]
    public int? IntermediateSize { get; init; }

    /// <summary>Tokens that local attention sees, counted from the token itself backwards. Default 256.</summary>
    [JsonPropertyName("window_size")]
    public int WindowSize { get; init; } = 256;

    /// <summary>
    /// The blocks' attention: pairs of a pattern and how often it is repeated, of the words <c>global</c> and <c>local</c>.
    /// Default <c>[[["global", "local"], 12]]</c>.
    /// </summary>
    [JsonPropertyName("attention_types")]
    public JsonElement? AttentionTypes { get; init; }

    /// <summary>The same written out, a word for each block; where it is given it must agree.</summary>
    [JsonPropertyName("attention_layers")]
    public IReadOnlyList<string>? AttentionLayers { get; init; }

    /// <summary>One of <see cref="Activation.Names"/>. Default <c>gelu_new</c>.</summary>
    [JsonPropertyName("activation_function")]
    public string ActivationFunction { get; init; } = "gelu_new";

    /// <summary>Dropout of what a block adds to the residual stream, 0 to 1. Default 0.</summary>
    [JsonPropertyName("resid_dropout")]
    public double ResidDropout { get; init; }

    /// <summary>Dropout of the embeddings, 0 to 1. Default 0.</summary>
    [JsonPropertyName("embed_dropout")]
    public double EmbedDropout { get; init; }

    /// <summary>Dropout of the attention weights, 0 to 1. Default 0.</summary>
    [JsonPropertyName("attention_dropout")]
    public double AttentionDropout { get; init; }

    /// <summary>Added to the variance in layer norms. Default 1e-5.</summary>
    [JsonPropertyName("layer_norm_epsilon")]
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MaxPositions => MaxPositionEmbeddings;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Width => HiddenSize;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int LayerCount => NumLayers;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int HeadCount => NumHeads;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InnerWidth => IntermediateSize ?? 4 * HiddenSize;

    internal override string ClassName => nameof(GPTNeoForSequenceClassification);

    /// <summary><c>global</c> or <c>local</c> for each block.</summary>
    /// <exception cref="InvalidDataException"><c>attention_types</c> is not such a list.</exception>
    public IReadOnlyList<string> AttentionByLayer()
    {
        if (AttentionTypes is not { ValueKind: not JsonValueKind.Null } types) return [.. Enumerable.Range(0, 24).Select(layer => layer % 2 == 0 ? Global : Local)];
        try
        {
            return [.. types.EnumerateArray().SelectMany(Expand).Take(1 + NumLayers)];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"the field attention_types is {types}; it must be a list of [pattern, repetitions].", e);
        }
    }

    internal override GPTNeoConfig WithDropout(double rate) => this with { ResidDropout = rate, EmbedDropout = rate, AttentionDropout = rate };

    internal override GPTNeoConfig WithMaxPositions(int positions) => this with { MaxPositionEmbeddings = positions };

    internal override void Check()
    {
        ConfigCheck.Common(this, "gpt_neo");
        ConfigCheck.Sizes(("max_position_embeddings", MaxPositionEmbeddings), ("hidden_size", HiddenSize), ("num_layers", NumLayers), ("num_heads", NumHeads), ("intermediate_size", InnerWidth), ("window_size", WindowSize));
        ConfigCheck.Require(HiddenSize % NumHeads == 0, "hidden_size", HiddenSize, $"a multiple of num_heads ({NumHeads})");
        ConfigCheck.Activation("activation_function", ActivationFunction);
        ConfigCheck.Rates(("resid_dropout", ResidDropout), ("embed_dropout", EmbedDropout), ("attention_dropout", AttentionDropout));
        ConfigCheck.Epsilon("layer_norm_epsilon", LayerNormEpsilon);
        var layers = AttentionByLayer();
        ConfigCheck.Require(layers.Count == NumLayers && layers.All(l => l is Global or Local), "attention_types", AttentionTypes?.ToString() ?? "missing", $"the words {Global} and {Local} for num_layers ({NumLayers}) blocks");
        ConfigCheck.Require(AttentionLayers is null || AttentionLayers.SequenceEqual(layers), "attention_layers", string.Join(",", AttentionLayers ?? []), "what attention_types expands to");
    }

    private static IEnumerable<string> Expand(JsonElement item)
    {
        var words = item[0].EnumerateArray().Select(word => word.GetString() ?? "").ToList();
        return words.Count == 0 ? [] : Enumerable.Repeat(words, item[1].GetInt32()).SelectMany(pattern => pattern);
    }
}
