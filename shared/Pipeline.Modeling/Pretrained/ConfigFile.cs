using System.Text.Json;
using Pipeline.Core;

namespace Pipeline.Modeling.Pretrained;

/// <summary>Reads <c>config.json</c> as the configuration of the family that it names.</summary>
internal static class ConfigFile
{
    /// <param name="path">The file.</param>
    /// <param name="expected">The only family to take; null takes all of <see cref="ModelFamily"/>.</param>
    public static PretrainedConfig Load(string path, ModelFamily? expected)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path} is not there; a model folder needs it.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var family = Family(json.RootElement, expected);
            var config = (PretrainedConfig?)json.RootElement.Deserialize(family.ConfigType, PipelineJson.Indented) ?? throw new InvalidDataException("it holds null.");
            config.Check();
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static ModelFamily Family(JsonElement root, ModelFamily? expected)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new InvalidDataException("it is not a JSON object.");
        if (!root.TryGetProperty("model_type", out var type)) return expected ?? throw new InvalidDataException("it has no field model_type, which says what kind of model it is.");
        IReadOnlyCollection<ModelFamily> families = expected is null ? ModelFamily.All : [expected];
        string? name = type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        return families.FirstOrDefault(f => f.ModelType == name)
            ?? throw new InvalidDataException($"the field model_type is {type}; supported: {string.Join(", ", families.Select(f => f.ModelType))}.");
    }
}
