using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>The label names that Hugging Face's <c>datasets</c> writes into a Parquet file's metadata.</summary>
internal static class HuggingFaceLabels
{
    /// <summary>The names of a column's numbers, counted from 0; null where the metadata has none.</summary>
    public static NameList? Find(IReadOnlyDictionary<string, string>? metadata, string column)
    {
        if (metadata is null || !metadata.TryGetValue("huggingface", out var json))
            return null;
        try
        {
            var feature = JsonNode.Parse(json)?["info"]?["features"]?[column];
            var names = (feature?["names"] ?? feature?["feature"]?["names"])?.AsArray().Select(n => n?.GetValue<string>()).ToArray();
            return names is { Length: > 0 } && !names.Contains(null) ? new NameList(names!) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Another program's metadata; the numbers are labels themselves then.
            return null;
        }
    }
}
