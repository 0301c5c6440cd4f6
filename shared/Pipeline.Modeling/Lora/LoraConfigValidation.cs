using System.Text.Json;

namespace Pipeline.Modeling.Lora;

/// <summary>Refuses an adapter whose numbers this implementation would not reproduce, naming the field.</summary>
internal static class LoraConfigValidation
{
    // Each changes what the adapter computes, where it is set to anything but "off".
    private static readonly HashSet<string> s_unsupported =
    [
        "alpha_pattern", "alora_invocation_tokens", "arrow_config", "exclude_modules", "layer_replication", "layers_pattern", "layers_to_transform", "lora_bias",
        "rank_pattern", "target_parameters", "trainable_token_indices", "use_bdlora", "use_dora", "use_qalora", "velora_config", "monteclora_config",
    ];

    public static void Check(LoraConfig config)
    {
        Require(config.PeftType == "LORA", "peft_type", config.PeftType, "LORA");
        Require(config.R is >= 1 and <= 65_536, "r", config.R, "from 1 to 65536");
        Require(double.IsFinite(config.LoraAlpha) && config.LoraAlpha > 0, "lora_alpha", config.LoraAlpha, "above 0");
        Require(config.LoraDropout is >= 0 and < 1, "lora_dropout", config.LoraDropout, "from 0 up to 1");
        Require(config.Bias == "none", "bias", config.Bias, "none");
        foreach (var (name, value) in config.Others ?? new Dictionary<string, JsonElement>())
        {
            if (s_unsupported.Contains(name) && !IsOff(value)) throw new InvalidDataException($"the field {name} = {value} changes the adapter's numbers and is not supported.");
        }
    }

    private static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static void Require(bool holds, string field, object? value, string expected)
    {
        if (!holds) throw new InvalidDataException($"the field {field} is {value}; supported: {expected}.");
    }
}
