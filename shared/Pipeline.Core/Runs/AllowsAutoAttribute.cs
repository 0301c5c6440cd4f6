using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>An option of type <c>int?</c> or <c>double?</c> for which <c>"auto"</c> may stand: the same as leaving it out.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowsAutoAttribute : JsonConverterAttribute
{
    /// <summary>The word.</summary>
    public const string Auto = "auto";

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert) => typeToConvert == typeof(int?)
        ? new Converter<int>()
        : typeToConvert == typeof(double?)
            ? new Converter<double>()
            : throw new NotSupportedException($"'{Auto}' cannot stand for a {typeToConvert}.");

    private sealed class Converter<T> : JsonConverter<T?> where T : struct
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                return JsonSerializer.Deserialize<T>(ref reader, options);
            return reader.ValueTextEquals(Auto) ? null : throw new JsonException($"'{reader.GetString()}' is neither a number nor '{Auto}'.");
        }

        public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value!.Value, options);
    }
}
