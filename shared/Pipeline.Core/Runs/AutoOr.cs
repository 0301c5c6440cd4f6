using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>Reads an option of type <c>int?</c> or <c>double?</c> for which <c>"auto"</c> may stand: the same as leaving it out.</summary>
/// <typeparam name="T">The number's type.</typeparam>
public sealed class AutoOr<T> : JsonConverter<T?> where T : struct
{
    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            return (T)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(T)))!;
        return reader.ValueTextEquals(AutoOr.Word) ? null : throw new JsonException($"'{reader.GetString()}' is neither a number nor '{AutoOr.Word}'.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value!.Value, options.GetTypeInfo(typeof(T)));
}

/// <summary>What <see cref="AutoOr{T}"/> reads beside numbers.</summary>
public static class AutoOr
{
    /// <summary>The word.</summary>
    public const string Word = "auto";
}
