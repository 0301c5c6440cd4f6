using System.Text.Json;
using ActivationFunction = Pipeline.Modeling.Layers.Activation;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Refuses a configuration whose numbers this implementation would not reproduce, naming the field.</summary>
internal static class ConfigCheck
{
    private const int LargestSize = 10_000_000; // keeps every product of two sizes within a long

    /// <summary>What holds in every family.</summary>
    public static void Common(PretrainedConfig config, string modelType)
    {
        Require(config.ModelType == modelType, "model_type", config.ModelType, modelType);
        Sizes(("vocab_size", config.VocabSize));
        Require(config.InitializerRange is >= 0 and < 100, "initializer_range", config.InitializerRange, "from 0 up to 100");
        if (config.PadTokenId is { } pad) Require(pad >= 0 && pad < config.VocabSize, "pad_token_id", pad, $"from 0 to {config.VocabSize - 1}");
        if (config.Id2Label is { } names) Require(names.Keys.Order().SequenceEqual(Enumerable.Range(0, names.Count)), "id2label", string.Join(",", names.Keys), "the keys 0, 1, 2, … without a gap");
        foreach (var (name, value) in config.Others ?? new Dictionary<string, JsonElement>()) CheckOther(name, value);
    }

    public static void Sizes(params (string Field, int Value)[] sizes)
    {
        foreach (var (field, value) in sizes) Require(value is >= 1 and <= LargestSize, field, value, $"from 1 to {LargestSize}");
    }

    public static void Rates(params (string Field, double? Value)[] rates)
    {
        foreach (var (field, value) in rates) Require(value is null or >= 0 and < 1, field, value, "from 0 up to 1");
    }

    public static void Activation(string field, string name) =>
        Require(ActivationFunction.Names.Contains(name), field, name, $"one of {string.Join(", ", ActivationFunction.Names)}");

    public static void Epsilon(string field, double value) => Require(value is >= 0 and < 1, field, value, "from 0 up to 1");

    public static void Require(bool holds, string field, object? value, string expected)
    {
        if (!holds) throw new InvalidDataException($"the field {field} is {value}; supported: {expected}.");
    }

    private static void CheckOther(string name, JsonElement value)
    {
        bool supported = name switch
        {
            "add_cross_attention" or "is_decoder" or "is_encoder_decoder" => value.ValueKind != JsonValueKind.True,
            "pruned_heads" => value.ValueKind == JsonValueKind.Null || value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any(),
            "quantization_config" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        };
        if (!supported) throw new InvalidDataException($"the field {name} = {value} changes the model's numbers and is not supported.");
    }
}
