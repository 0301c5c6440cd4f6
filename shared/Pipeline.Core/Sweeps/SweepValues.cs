using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Sweeps;

/// <summary>
/// The values of an option that a sweep tries: a list, or a range. In JSON <c>[1e-4, 5e-4]</c> or
/// <c>{"min": 1e-5, "max": 1e-3, "scale": "log"}</c>. Compared by value.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class SweepValues : IEquatable<SweepValues>
{
    private readonly double[] _list;

    /// <summary>These values.</summary>
    public SweepValues(params IEnumerable<double> list) => _list = [.. list];

    /// <summary>All values of a range.</summary>
    public SweepValues(SweepRange range) => (_list, Range) = ([], range);

    /// <summary>The values of a list; empty for a range.</summary>
    public IReadOnlyList<double> List => _list;

    /// <summary>The range; null for a list.</summary>
    public SweepRange? Range { get; }

    /// <inheritdoc/>
    public bool Equals(SweepValues? other) => other is not null && Range == other.Range && _list.AsSpan().SequenceEqual(other._list);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SweepValues);

    /// <inheritdoc/>
    public override int GetHashCode() => _list.Aggregate(Range?.GetHashCode() ?? 0, HashCode.Combine);

    /// <summary>Reads and writes it as JSON.</summary>
    public sealed class Converter : JsonConverter<SweepValues>
    {
        /// <inheritdoc/>
        public override SweepValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.StartObject
            ? new SweepValues(JsonSerializer.Deserialize(ref reader, CoreJson.Compact.SweepRange) ?? throw new JsonException())
            : new SweepValues(JsonSerializer.Deserialize(ref reader, CoreJson.Compact.DoubleArray) ?? throw new JsonException());

        /// <inheritdoc/>

        public override void Write(Utf8JsonWriter writer, SweepValues value, JsonSerializerOptions options)
        {
            if (value.Range is { } range)
                JsonSerializer.Serialize(writer, range, CoreJson.Compact.SweepRange);
            else
                JsonSerializer.Serialize(writer, value._list, CoreJson.Compact.DoubleArray);
        }
    }
}

/// <summary>A range of values.</summary>
/// <param name="Min">The lowest; null where the user left it out, which is an error.</param>
/// <param name="Max">The highest; likewise.</param>
/// <param name="Scale">What is drawn from evenly; null: <see cref="SweepScale.Log"/> for the learning rate, else <see cref="SweepScale.Linear"/>.</param>
public sealed record SweepRange(double? Min, double? Max, SweepScale? Scale = null);

/// <summary>What is drawn from evenly.</summary>
[JsonConverter(typeof(SnakeCaseEnum<SweepScale>))]
public enum SweepScale
{
    /// <summary>The value.</summary>
    Linear,

    /// <summary>Its logarithm.</summary>
    Log,
}
