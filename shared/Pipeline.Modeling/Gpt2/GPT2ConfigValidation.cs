using System.Text.Json;
using Pipeline.Modeling.Layers;

namespace Pipeline.Modeling.Gpt2;

/// <summary>Refuses a configuration whose numbers this implementation would not reproduce, naming the field.</summary>
internal static class GPT2ConfigValidation
{
    public static void Check(GPT2Config config)
    {
        Require(config.ModelType == "gpt2", "model_type", config.ModelType, "gpt2");
        InRange("vocab_size", config.VocabSize, 1, 10_000_000);
        InRange("n_positions", config.NPositions, 1, 1_000_000);
        InRange("n_embd", config.NEmbd, 1, 1_000_000);
        InRange("n_layer", config.NLayer, 1, 10_000);
        InRange("n_head", config.NHead, 1, config.NEmbd);
        Require(config.NEmbd % config.NHead == 0, "n_embd", config.NEmbd, $"a multiple of n_head ({config.NHead})");
        InRange("n_inner", config.InnerWidth, 1, 10_000_000);
        Require(Activation.Names.Contains(config.ActivationFunction), "activation_function", config.ActivationFunction, $"one of {string.Join(", ", Activation.Names)}");
        Probability("resid_pdrop", config.ResidPdrop);
        Probability("embd_pdrop", config.EmbdPdrop);
        Probability("attn_pdrop", config.AttnPdrop);
        Require(config.LayerNormEpsilon is >= 0 and < 1, "layer_norm_epsilon", config.LayerNormEpsilon, "from 0 up to 1");
        Require(config.InitializerRange is >= 0 and < 100, "initializer_range", config.InitializerRange, "from 0 up to 100");
        if (config.PadTokenId is { } pad) InRange("pad_token_id", pad, 0, config.VocabSize - 1);
        if (config.Id2Label is { } names) Require(names.Keys.Order().SequenceEqual(Enumerable.Range(0, names.Count)), "id2label", string.Join(",", names.Keys), "the keys 0, 1, 2, … without a gap");
        foreach (var (name, value) in config.Others ?? new Dictionary<string, JsonElement>()) CheckOther(name, value);
    }

    private static void CheckOther(string name, JsonElement value)
    {
        bool supported = name switch
        {
            "add_cross_attention" => value.ValueKind != JsonValueKind.True,
            "pruned_heads" => value.ValueKind == JsonValueKind.Null || value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any(),
            "quantization_config" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        };
        if (!supported) throw new InvalidDataException($"the field {name} = {value} changes the model's numbers and is not supported.");
    }

    private static void InRange(string field, int value, int low, int high) => Require(value >= low && value <= high, field, value, $"from {low} to {high}");

    private static void Probability(string field, double value) => Require(value is >= 0 and < 1, field, value, "from 0 up to 1");

    private static void Require(bool holds, string field, object? value, string expected)
    {
        if (!holds) throw new InvalidDataException($"the field {field} is {value}; supported: {expected}.");
    }
}
