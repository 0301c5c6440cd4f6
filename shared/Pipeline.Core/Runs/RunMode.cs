using System.Text.Json.Serialization;

namespace Pipeline.Core.Runs;

/// <summary>How far a run goes.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RunMode>))]
public enum RunMode
{
    /// <summary>A model is trained and published.</summary>
    Train,

    /// <summary>The dataset is checked and reported on; nothing is trained.</summary>
    Validate,
}
