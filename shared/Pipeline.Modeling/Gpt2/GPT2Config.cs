using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Modeling.Layers;

namespace Pipeline.Modeling.Gpt2;

/// <summary>
/// <c>config.json</c> of a GPT-2 checkpoint, with the names, meanings and defaults of Hugging Face's <c>GPT2Config</c>.
/// Fields that it does not know are kept and written back.
/// </summary>
public sealed record GPT2Config
{
    /// <summary>Always <c>gpt2</c>.</summary>
    [JsonPropertyName("model_type")]
    public string ModelType { get; init; } = "gpt2";

    /// <summary>The classes that the weights belong to.</summary>
    [JsonPropertyName("architectures")]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Rows of the token embedding. Default 50,257.</summary>
    [JsonPropertyName("vocab_size")]
    public int VocabSize { get; init; } = 50_257;

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

    /// <summary>Standard deviation of new weights. Default 0.02.</summary>
    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Whether attention scores are divided by the root of the head's width. Default true.</summary>
    [JsonPropertyName("scale_attn_weights")]
    public bool ScaleAttnWeights { get; init; } = true;

    /// <summary>Whether attention scores are divided by the block's number, counted from 1, as well. Default false.</summary>
    [JsonPropertyName("scale_attn_by_inverse_layer_idx")]
    public bool ScaleAttnByInverseLayerIdx { get; init; }

    /// <summary>Whether attention is computed in fp32 where the weights are fp16 or bf16. Default false.</summary>
    [JsonPropertyName("reorder_and_upcast_attn")]
    public bool ReorderAndUpcastAttn { get; init; }

    /// <summary>Token that begins a text. Default 50,256.</summary>
    [JsonPropertyName("bos_token_id")]
    public int? BosTokenId { get; init; } = 50_256;

    /// <summary>Token that ends a text. Default 50,256.</summary>
    [JsonPropertyName("eos_token_id")]
    public int? EosTokenId { get; init; } = 50_256;

    /// <summary>Token that fills a batch. Default none.</summary>
    [JsonPropertyName("pad_token_id")]
    public int? PadTokenId { get; init; }

    /// <summary><c>single_label_classification</c>, <c>multi_label_classification</c> or <c>regression</c>; decides the loss, not the logits.</summary>
    [JsonPropertyName("problem_type")]
    public string? ProblemType { get; init; }

    /// <summary>Label names by logit.</summary>
    [JsonPropertyName("id2label")]
    public IReadOnlyDictionary<int, string>? Id2Label { get; init; }

    /// <summary>Logit by label name.</summary>
    [JsonPropertyName("label2id")]
    public IReadOnlyDictionary<string, int>? Label2Id { get; init; }

    /// <summary>Fields of the file that have no property here.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>Width of the feed-forward part, resolved.</summary>
    [JsonIgnore]
    public int InnerWidth => NInner ?? 4 * NEmbd;

    /// <summary>Label names in the order of the logits; empty where the file names none.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Labels => Id2Label is null ? [] : [.. Id2Label.OrderBy(e => e.Key).Select(e => e.Value)];

    /// <summary>The same configuration with these labels, in the order of the logits.</summary>
    /// <exception cref="ArgumentException">A label occurs twice.</exception>
    public GPT2Config WithLabels(IReadOnlyList<string> labels) => this with
    {
        Id2Label = labels.Index().ToDictionary(e => e.Index, e => e.Item),
        Label2Id = labels.Index().ToDictionary(e => e.Item, e => e.Index),
    };

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is no GPT-2 configuration, or asks for something that this implementation does not compute.</exception>
    public static GPT2Config Load(string path)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path} is not there; a model folder needs it.");
        try
        {
            using var file = File.OpenRead(path);
            var config = JsonSerializer.Deserialize<GPT2Config>(file, PipelineJson.Indented) ?? throw new InvalidDataException("it holds null.");
            GPT2ConfigValidation.Check(config);
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes it as <c>config.json</c>, as <c>GPT2ForSequenceClassification</c>.</summary>
    public void Save(string path)
    {
        var saved = this with { Architectures = ["GPT2ForSequenceClassification"] };
        File.WriteAllText(path, JsonSerializer.Serialize(saved, PipelineJson.Indented) + "\n");
    }
}
