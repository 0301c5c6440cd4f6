using System.Text;
using System.Text.Json;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Values that serve as texts and labels: strings, numbers and booleans.</summary>
internal static class JsonScalar
{
    /// <summary>The value as text; null for null, objects and arrays.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.String:
                return Text(ref reader);
            default:
                return null;
        }
    }

    /// <summary>The name of a property; empty where it is no text, and so names nothing that could be asked for.</summary>
    public static string Name(ref Utf8JsonReader reader) => Text(ref reader) ?? "";

    /// <summary>Whether a property has a name.</summary>
    public static bool IsNamed(ref Utf8JsonReader reader, byte[] name) =>
        reader.ValueIsEscaped ? Name(ref reader) == Encoding.UTF8.GetString(name) : reader.ValueSpan.SequenceEqual(name);

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape, is valid JSON but no text.
            return null;
        }
    }
}
