using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>What becomes of a version when it is published.</summary>
[JsonConverter(typeof(SnakeCaseEnum<PromotionMode>))]
public enum PromotionMode
{
    /// <summary>It goes into production if it is not worse than the version there, on the same test rows, by more than the tolerance.</summary>
    Auto,

    /// <summary>It goes into production.</summary>
    Always,

    /// <summary>It waits until a person puts it into production.</summary>
    Never,
}
