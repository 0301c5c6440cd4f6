using System.Reflection;
using System.Text.Json;

namespace Pipeline.Core.Metrics;

/// <summary>Which figures a kind of metrics has, by the names that <see cref="ScalarFigures"/> gives them.</summary>
public static class MetricFigures
{
    /// <summary>The names of a kind of metrics, those too that not all metrics of the kind have. Counts of examples are not among them.</summary>
    /// <param name="metrics">Type of the record.</param>
    public static IEnumerable<string> Names(Type metrics)
    {
        foreach (var property in metrics.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (kind == typeof(double))
                yield return name;
            else if (kind.Namespace == metrics.Namespace && kind.IsClass)
            {
                foreach (var inner in Names(kind))
                    yield return $"{name}_{inner}";
            }
        }
    }
}
