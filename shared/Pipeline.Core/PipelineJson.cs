using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.Core;

/// <summary>The one JSON dialect of the pipeline: snake_case names, enums as snake_case strings, nulls left out.</summary>
public static class PipelineJson
{
    /// <summary>Compact form, for messages and event lines. Reads and writes any type, but in programs without reflection those of <see cref="CoreJson"/> only.</summary>
    public static JsonSerializerOptions Compact { get; } = OfAnyType(indented: false);

    /// <summary>Indented form, for the documents a person may open in the storage account.</summary>
    /// <inheritdoc cref="Compact"/>
    public static JsonSerializerOptions Indented { get; } = OfAnyType(indented: true);

    /// <summary>How texts are escaped: what is not markup stays as it is.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The dialect without a word on which types it can write; for a context that the compiler fills.</summary>
    /// <param name="indented">Whether a person may read it.</param>
    public static JsonSerializerOptions Dialect(bool indented) => new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        Encoder = Encoder,
    };

    private static JsonSerializerOptions OfAnyType(bool indented)
    {
        var options = Dialect(indented);
        options.TypeInfoResolver = CoreJson.Default;
        // Compiled away where the program is compiled without reflection.
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
            options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        }

        options.MakeReadOnly();
        return options;
    }
}
