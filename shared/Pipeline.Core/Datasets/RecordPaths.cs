using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets;

/// <summary>
/// Where the rows lie in a JSON document: the paths of the arrays, with the split each belongs to.
/// In JSON a path, a list of paths, or an object <c>{"train": …, "validation": …, "test": …}</c> of either.
/// A path is a property's name; names of nested properties are joined with a dot. Compared by value.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class RecordPaths : IEquatable<RecordPaths>
{
    private readonly (string Path, Split? Split)[] _paths;

    /// <summary>These paths.</summary>
    public RecordPaths(params IEnumerable<(string Path, Split? Split)> paths) => _paths = [.. paths];

    /// <summary>The paths in the order they were written.</summary>
    public IReadOnlyList<(string Path, Split? Split)> Paths => _paths;

    /// <inheritdoc/>
    public bool Equals(RecordPaths? other) => other is not null && _paths.AsSpan().SequenceEqual(other._paths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordPaths);

    /// <inheritdoc/>
    public override int GetHashCode() => _paths.Aggregate(0, HashCode.Combine);

    /// <summary>Reads and writes it as JSON.</summary>
    public sealed class Converter : JsonConverter<RecordPaths>
    {
        /// <inheritdoc/>
        public override RecordPaths Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return new RecordPaths(List(ref reader).Select(p => (p, (Split?)null)));
            var paths = new List<(string, Split?)>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Split split = reader.GetString() switch
                {
                    "train" => Split.Train,
                    "validation" => Split.Validation,
                    "test" => Split.Test,
                    var other => throw new JsonException($"There is no split '{other}'."),
                };
                reader.Read();
                paths.AddRange(List(ref reader).Select(p => (p, (Split?)split)));
            }

            return new RecordPaths(paths);
        }

        /// <inheritdoc/>

        public override void Write(Utf8JsonWriter writer, RecordPaths value, JsonSerializerOptions options)
        {
            if (value._paths.All(p => p.Split is null))
            {
                JsonSerializer.Serialize(writer, new NameList(value._paths.Select(p => p.Path)), CoreJson.Compact.NameList);
                return;
            }

            writer.WriteStartObject();
            foreach (var split in value._paths.GroupBy(p => p.Split))
            {
                writer.WritePropertyName(split.Key!.Value.ToString().ToLowerInvariant());
                JsonSerializer.Serialize(writer, new NameList(split.Select(p => p.Path)), CoreJson.Compact.NameList);
            }

            writer.WriteEndObject();
        }

        private static NameList List(ref Utf8JsonReader reader) =>
            JsonSerializer.Deserialize(ref reader, CoreJson.Compact.NameList) ?? throw new JsonException();
    }
}
