using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Core;

/// <summary>Writes an enum as its name in snake_case, and reads it in any case.</summary>
/// <typeparam name="T">The enum. Each that stands in a document names this converter; without it the compiler's own code would write a number.</typeparam>
public sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower) where T : struct, Enum;
