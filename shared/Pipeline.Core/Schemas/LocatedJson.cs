using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Schemas;

/// <summary>A JSON value that knows the line it stands on, so that an error in a file can name the place.</summary>
/// <param name="Kind">What it is; <c>true</c> and <c>false</c> are of different kinds.</param>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Raw">A number as it is written, or the value of a string; else empty.</param>
/// <param name="Items">The elements of an array.</param>
/// <param name="Members">The members of an object in their order, a repeated name as often as it stands there.</param>
internal sealed record LocatedJson(
    JsonValueKind Kind, long Line, string Raw, IReadOnlyList<LocatedJson> Items, IReadOnlyList<LocatedMember> Members)
{
    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The text, with or without a byte order mark.</param>
    /// <exception cref="JsonException">It is not JSON; the line number counts from 0, as is usual there.</exception>
    public static LocatedJson Parse(ReadOnlySpan<byte> utf8)
    {
        var text = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var reader = new Utf8JsonReader(text);
        var lines = new LineCounter(text);
        reader.Read();
        var value = Value(ref reader, lines);
        reader.Read(); // throws where something follows
        return value;
    }

    private static LocatedJson Value(ref Utf8JsonReader reader, LineCounter lines)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<LocatedMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (name, at) = (Text(ref reader, lines), lines.At(reader.TokenStartIndex));
                    reader.Read();
                    members.Add(new LocatedMember(name, at, Value(ref reader, lines)));
                }

                return new LocatedJson(JsonValueKind.Object, line, "", [], members);
            case JsonTokenType.StartArray:
                var items = new List<LocatedJson>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value(ref reader, lines));
                return new LocatedJson(JsonValueKind.Array, line, "", items, []);
            case JsonTokenType.String:
                return new LocatedJson(JsonValueKind.String, line, Text(ref reader, lines), [], []);
            case JsonTokenType.Number:
                return new LocatedJson(JsonValueKind.Number, line, Encoding.UTF8.GetString(reader.ValueSpan), [], []);
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.True => JsonValueKind.True,
                    JsonTokenType.False => JsonValueKind.False,
                    _ => JsonValueKind.Null,
                };
                return new LocatedJson(kind, line, "", [], []);
        }
    }

    private static string Text(ref Utf8JsonReader reader, LineCounter lines)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // An escape such as \ud800 alone is valid JSON but no character; neither are bytes that are no UTF-8.
            throw new JsonException(
                "A string has half a surrogate pair, or bytes that are not UTF-8.", path: null, lines.At(reader.TokenStartIndex) - 1, bytePositionInLine: null, e);
        }
    }

    /// <summary>Counts lines on the way forward through a text.</summary>
    private sealed class LineCounter(ReadOnlySpan<byte> text)
    {
        private readonly long[] _breaks = Breaks(text);
        private int _passed;

        public long At(long position)
        {
            while (_passed < _breaks.Length && _breaks[_passed] < position)
                _passed++;
            return _passed + 1;
        }

        private static long[] Breaks(ReadOnlySpan<byte> text)
        {
            var breaks = new List<long>();
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '\n')
                    breaks.Add(i);
            }

            return [.. breaks];
        }
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line of the name, from 1.</param>
/// <param name="Value">Its value.</param>
internal sealed record LocatedMember(string Name, long Line, LocatedJson Value);
