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
                try
                {
                    return reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    // Half of a surrogate pair, written as an escape, is valid JSON but no text.
                    return null;
                }

            default:
                return null;
        }
    }
}
