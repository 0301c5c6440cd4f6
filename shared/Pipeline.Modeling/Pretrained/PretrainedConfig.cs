using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Pretrained;

/// <summary>
/// What the <c>config.json</c> of every family has in common, with the names, meanings and defaults of Hugging Face.
/// Fields that a family does not know are kept and written back.
/// </summary>
public abstract record PretrainedConfig
{
    private protected PretrainedConfig(string modelType) => ModelType = modelType;

    /// <summary>The family: <c>gpt2</c>, …</summary>
    [JsonPropertyName("model_type"), JsonPropertyOrder(-2)]
    public string ModelType { get; init; }

    /// <summary>The classes that the weights belong to.</summary>
    [JsonPropertyName("architectures"), JsonPropertyOrder(-1)]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Rows of the token embedding.</summary>
    [JsonPropertyName("vocab_size")]
    public int VocabSize { get; init; }

    /// <summary>Standard deviation of new weights. Default 0.02.</summary>
    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Token that begins a text.</summary>
    [JsonPropertyName("bos_token_id")]
    public int? BosTokenId { get; init; }

    /// <summary>Token that ends a text.</summary>
    [JsonPropertyName("eos_token_id")]
    public int? EosTokenId { get; init; }

    /// <summary>Token that fills a batch; null where the family has none unless it is given one.</summary>
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

    /// <summary>Type of the saved weights: <c>float32</c>, <c>bfloat16</c> or <c>float16</c>. Written anew when a model is saved.</summary>
    [JsonPropertyName("torch_dtype")]
    public string? TorchDtype { get; init; }

    /// <summary>Fields of the file that have no property here.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>Label names in the order of the logits; empty where the file names none.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Labels => Id2Label is null ? [] : [.. Id2Label.OrderBy(e => e.Key).Select(e => e.Value)];

    /// <summary>Longest input in tokens.</summary>
    [JsonIgnore]
    public abstract int MaxPositions { get; }

    /// <summary>Width of the hidden states.</summary>
    [JsonIgnore]
    public abstract int Width { get; }

    /// <summary>Number of blocks.</summary>
    [JsonIgnore]
    public abstract int LayerCount { get; }

    /// <summary>Attention heads of a block.</summary>
    [JsonIgnore]
    public abstract int HeadCount { get; }

    /// <summary>Width inside the feed-forward part of a block.</summary>
    [JsonIgnore]
    public abstract int InnerWidth { get; }

    /// <summary>Whether the model reads token types, which tell the two texts of a pair apart.</summary>
    [JsonIgnore]
    public virtual bool HasTokenTypes => false;

    /// <summary>Hugging Face's class of a classifier of this family.</summary>
    internal abstract string ClassName { get; }

    /// <summary>Refuses what this implementation does not compute.</summary>
    /// <exception cref="InvalidDataException">The message names the field.</exception>
    internal abstract void Check();

    /// <summary>The same configuration with all kinds of dropout at this rate.</summary>
    internal abstract PretrainedConfig WithDropout(double rate);

    /// <summary>The same configuration with another token that fills a batch.</summary>
    /// <exception cref="InvalidDataException">The family cannot have another.</exception>
    internal virtual PretrainedConfig WithPadToken(int id) => this with { PadTokenId = id };

    /// <summary>The same configuration with another longest input.</summary>
    internal abstract PretrainedConfig WithMaxPositions(int positions);

    /// <summary>Reads a <c>config.json</c> of any family that is supported.</summary>
    /// <exception cref="InvalidDataException">It is missing, broken, of another family, or asks for something that this implementation does not compute; the message names the field.</exception>
    public static PretrainedConfig Load(string path) => ConfigFile.Load(path, expected: null);

    /// <summary>Writes it as <c>config.json</c> of a sequence classifier.</summary>
    public void Save(string path)
    {
        var saved = this with { Architectures = [ClassName] };
        File.WriteAllText(path, JsonSerializer.Serialize(saved, GetType(), PipelineJson.Indented) + "\n");
    }

    /// <summary>Writes it beside weights of these types: the one that most of them have is the model's.</summary>
    internal void Save(string path, IEnumerable<ScalarType> types)
    {
        string type = types.CountBy(t => t).MaxBy(t => t.Value).Key switch
        {
            ScalarType.Float16 => "float16",
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float64 => "float64",
            _ => "float32",
        };
        // Newer files say "dtype", which would contradict.
        var others = Others?.Where(field => field.Key != "dtype").ToDictionary();
        (this with { TorchDtype = type, Others = others }).Save(path);
    }
}
