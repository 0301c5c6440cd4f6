using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>What quotes mean in delimited text.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Quoting>))]
public enum Quoting
{
    /// <summary>RFC 4180: a quote inside a quoted field is doubled.</summary>
    Doubled,

    /// <summary>A quote inside a quoted field has a backslash before it.</summary>
    Backslash,

    /// <summary>Each line is a record, as in TSV; a quote that is not closed on its line is a plain character.</summary>
    Lines,
}
