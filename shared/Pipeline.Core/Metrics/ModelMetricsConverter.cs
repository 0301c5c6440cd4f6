using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Metrics;

/// <summary>Writes metrics as what they are, and reads them as regression where they have an R².</summary>
internal sealed class ModelMetricsConverter : JsonConverter<ModelMetrics>
{
    private const string OnlyRegressionHas = "r2";

    /// <inheritdoc/>
    public override ModelMetrics? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(OnlyRegressionHas, out _)
            ? json.RootElement.Deserialize(CoreJson.Compact.RegressionMetrics)
            : json.RootElement.Deserialize(CoreJson.Compact.ClassificationMetrics);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ModelMetrics value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
}
