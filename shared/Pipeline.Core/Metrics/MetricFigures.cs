using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Core.Metrics;

/// <summary>Which figures a kind of metrics has, by the names that <see cref="ScalarFigures"/> gives them.</summary>
public static class MetricFigures
{
    /// <summary>The names of a kind of metrics, those too that not all metrics of the kind have. Counts of examples are not among them.</summary>
    /// <param name="metrics">Type of the record.</param>
    public static IEnumerable<string> Names(Type metrics)
    {
        foreach (var property in CoreJson.Compact.GetTypeInfo(metrics)!.Properties)
        {
            if (property.PropertyType == typeof(double) || property.PropertyType == typeof(double?))
                yield return property.Name;
            else if (CoreJson.Compact.GetTypeInfo(property.PropertyType)!.Kind == JsonTypeInfoKind.Object)
            {
                foreach (var inner in Names(property.PropertyType))
                    yield return $"{property.Name}_{inner}";
            }
        }
    }
}
