using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets;

/// <summary>One name or several, in order. In JSON a string, or a list of strings. Compared by value.</summary>
[JsonConverter(typeof(Converter))]
public sealed class NameList : IReadOnlyList<string>, IEquatable<NameList>
{
    private readonly string[] _names;

    /// <summary>A list of these names.</summary>
    public NameList(params IEnumerable<string> names) => _names = [.. names];

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public string this[int index] => _names[index];

    /// <summary>A list of one name; null stays null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(name))]
    public static implicit operator NameList?(string? name) => name is null ? null : new NameList(name);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => _names.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(NameList? other) => other is not null && _names.AsSpan().SequenceEqual(other._names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NameList);

    /// <inheritdoc/>
    public override int GetHashCode() => _names.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _names);

    /// <summary>Reads and writes it as JSON.</summary>
    public sealed class Converter : JsonConverter<NameList>
    {
        /// <inheritdoc/>
        public override NameList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return new NameList(reader.GetString()!);
            var names = JsonSerializer.Deserialize(ref reader, CoreJson.Compact.StringArray);
            return names is not null && names.All(n => n is not null) ? new NameList(names) : throw new JsonException();
        }

        /// <inheritdoc/>

        public override void Write(Utf8JsonWriter writer, NameList value, JsonSerializerOptions options)
        {
            if (value.Count == 1)
                writer.WriteStringValue(value[0]);
            else
                JsonSerializer.Serialize(writer, value._names, CoreJson.Compact.StringArray);
        }
    }
}
