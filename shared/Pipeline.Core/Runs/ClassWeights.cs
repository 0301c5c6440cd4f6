using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>
/// How much the examples of each label count in the loss. In JSON <c>"none"</c>, <c>"balanced"</c>, or an object of weights by
/// label. Compared by value.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class ClassWeights : IEquatable<ClassWeights>
{
    private const string NoneName = "none", BalancedName = "balanced";

    private readonly string? _name;
    private readonly SortedDictionary<string, double> _byLabel;

    private ClassWeights(string? name, IEnumerable<KeyValuePair<string, double>> byLabel) =>
        (_name, _byLabel) = (name, new SortedDictionary<string, double>(byLabel.ToDictionary(), StringComparer.Ordinal));

    /// <summary>All alike.</summary>
    public static ClassWeights None { get; } = new(NoneName, []);

    /// <summary>Those of a rare label more, those of a frequent one less.</summary>
    public static ClassWeights Balanced { get; } = new(BalancedName, []);

    /// <summary>The names of <see cref="None"/> and <see cref="Balanced"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [NoneName, BalancedName];

    /// <summary>Weights by label; null for <see cref="None"/> and <see cref="Balanced"/>.</summary>
    public IReadOnlyDictionary<string, double>? ByLabel => _name is null ? _byLabel : null;

    /// <summary>These weights; a label that has none counts 1.</summary>
    public static ClassWeights Of(IEnumerable<KeyValuePair<string, double>> byLabel) => new(null, byLabel);

    /// <inheritdoc/>
    public bool Equals(ClassWeights? other) => other is not null && _name == other._name && _byLabel.SequenceEqual(other._byLabel);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => _byLabel.Aggregate(_name?.GetHashCode(StringComparison.Ordinal) ?? 0, HashCode.Combine);

    /// <summary>The name, or the weights as JSON.</summary>
    public override string ToString() => _name ?? JsonSerializer.Serialize(_byLabel, CoreJson.Compact.SortedDictionaryStringDouble);

    /// <summary>Reads and writes it as JSON.</summary>
    public sealed class Converter : JsonConverter<ClassWeights>
    {
        /// <inheritdoc/>
        public override ClassWeights Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                return Of(JsonSerializer.Deserialize(ref reader, CoreJson.Compact.DictionaryStringDouble)!);
            return reader.GetString() switch
            {
                NoneName => None,
                BalancedName => Balanced,
                var other => throw new JsonException($"'{other}' is neither '{NoneName}' nor '{BalancedName}'."),
            };
        }

        /// <inheritdoc/>

        public override void Write(Utf8JsonWriter writer, ClassWeights value, JsonSerializerOptions options)
        {
            if (value._name is { } name)
                writer.WriteStringValue(name);
            else
                JsonSerializer.Serialize(writer, value._byLabel, CoreJson.Compact.SortedDictionaryStringDouble);
        }
    }
}
