using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets;

/// <summary>The part of a dataset a row belongs to.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Split>))]
public enum Split : byte
{
    /// <summary>The model learns from it.</summary>
    Train,

    /// <summary>Chooses the best epoch.</summary>
    Validation,

    /// <summary>Scored once, at the end.</summary>
    Test,
}

/// <summary>Questions asked of a <see cref="Split"/>.</summary>
public static class SplitExtensions
{
    /// <summary>The split as it stands in JSON and blob names, for example <c>train</c>.</summary>
    public static string Name(this Split split) => split.ToString().ToLowerInvariant();
}
