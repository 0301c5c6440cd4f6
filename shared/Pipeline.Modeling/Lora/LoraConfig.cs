using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;

namespace Pipeline.Modeling.Lora;

/// <summary>
/// <c>adapter_config.json</c> of a LoRA adapter, with the names, meanings and defaults of PEFT's <c>LoraConfig</c>.
/// Fields that it does not know are kept and written back.
/// </summary>
public sealed record LoraConfig
{
    /// <summary>Always <c>LORA</c>.</summary>
    [JsonPropertyName("peft_type")]
    public string PeftType { get; init; } = "LORA";

    /// <summary>What the model is for. Default <c>SEQ_CLS</c>.</summary>
    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; } = "SEQ_CLS";

    /// <summary>The model that the adapter belongs to. Default none.</summary>
    [JsonPropertyName("base_model_name_or_path")]
    public string? BaseModelNameOrPath { get; init; }

    /// <summary>Rank of the added matrices, from 1. Default 8.</summary>
    [JsonPropertyName("r")]
    public int R { get; init; } = 8;

    /// <summary>What is added is multiplied by this over <see cref="R"/>; above 0. Default 8.</summary>
    [JsonPropertyName("lora_alpha")]
    public double LoraAlpha { get; init; } = 8;

    /// <summary>Dropout of the adapters' input, 0 to 1. Default 0.</summary>
    [JsonPropertyName("lora_dropout")]
    public double LoraDropout { get; init; }

    /// <summary>
    /// Names of the projections that get an adapter: a module's full name or its last parts. Default null: the choice of
    /// <see cref="LoraTargets.Default"/>.
    /// </summary>
    [JsonPropertyName("target_modules")]
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>Modules that are trained and saved whole. Default null: the classification head, <see cref="LoraTargets.HeadNames"/>.</summary>
    [JsonPropertyName("modules_to_save")]
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>Whether the adapted matrices are stored as <c>[in, out]</c>, as GPT-2's are. Set when an adapter is attached.</summary>
    [JsonPropertyName("fan_in_fan_out")]
    public bool FanInFanOut { get; init; }

    /// <summary>Whether the scale is α over the root of the rank (Kalajdzievski 2023). Default false.</summary>
    [JsonPropertyName("use_rslora")]
    public bool UseRslora { get; init; }

    /// <summary>Biases that are trained; only <c>none</c> is supported.</summary>
    [JsonPropertyName("bias")]
    public string Bias { get; init; } = "none";

    /// <summary>Whether the adapter is only to be used, not trained. PEFT writes true. Default true.</summary>
    [JsonPropertyName("inference_mode")]
    public bool InferenceMode { get; init; } = true;

    /// <summary>Fields of the file that have no property here.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>What <c>B A x</c> is multiplied by.</summary>
    [JsonIgnore]
    public double Scaling => LoraAlpha / (UseRslora ? Math.Sqrt(R) : R);

    /// <summary>Reads an <c>adapter_config.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is no LoRA configuration, or asks for something that is not supported; the field is named.</exception>
    public static LoraConfig Load(string path)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path} is not there; an adapter's folder needs it.");
        try
        {
            var config = JsonSerializer.Deserialize<LoraConfig>(File.ReadAllBytes(path), PipelineJson.Indented) ?? throw new InvalidDataException("it holds null.");
            LoraConfigValidation.Check(config);
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes it as <c>adapter_config.json</c>.</summary>
    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, PipelineJson.Indented) + "\n");
}
