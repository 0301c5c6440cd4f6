using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Metrics;

/// <summary>Metrics as a flat list of named numbers, as events and charts take them.</summary>
public static class ScalarFigures
{
    // What is not finite becomes a word, which is passed over: JSON has no number for it.
    private static readonly CoreJson s_json = new(new(PipelineJson.Dialect(indented: false)) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals });

    /// <summary>
    /// The numbers of a metrics object under the names of its JSON, those of objects inside it with the object's name in front:
    /// <c>accuracy</c>, <c>macro_f1</c>, <c>log_loss</c>. Lists (of classes, of counts) and what is not finite are passed over.
    /// </summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="prefix">Put before every name, for example <c>validation_</c>.</param>
    public static Dictionary<string, double> Of(ModelMetrics metrics, string prefix = "")
    {
        var figures = new Dictionary<string, double>();
        Add(figures, prefix, JsonSerializer.SerializeToElement(metrics, s_json.ModelMetrics));
        return figures;
    }

    private static void Add(Dictionary<string, double> figures, string prefix, JsonElement parent)
    {
        foreach (var property in parent.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number)
                figures[prefix + property.Name] = property.Value.GetDouble();
            else if (property.Value.ValueKind == JsonValueKind.Object)
                Add(figures, $"{prefix}{property.Name}_", property.Value);
        }
    }
}
