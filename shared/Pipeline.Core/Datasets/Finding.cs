using System.Text.Json.Serialization;

namespace Pipeline.Core.Datasets;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(SnakeCaseEnum<FindingSeverity>))]
public enum FindingSeverity
{
    /// <summary>The dataset cannot be trained on.</summary>
    Error,

    /// <summary>Training goes on, but the model will be the worse for it.</summary>
    Warning,

    /// <summary>Worth knowing; often as it should be.</summary>
    Note,
}

/// <summary>Something the reader of a report should know about a dataset.</summary>
/// <param name="Id">Stable identifier, for example <c>unbalanced-quotes</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Count">How often it was found.</param>
/// <param name="Places">The first places, at most <see cref="FindingLog.PlacesKept"/>.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record Finding(
    string Id, FindingSeverity Severity, long Count, IReadOnlyList<FindingPlace> Places, string Meaning, string Fix);

/// <summary>Where something was found.</summary>
/// <param name="Line">Physical line of the file, from 1; null where it concerns the whole file.</param>
/// <param name="Excerpt">What stands there, shortened.</param>
/// <param name="File">The file in a dataset of several; null where there is one.</param>
/// <param name="Row">Number of the row among the rows of the dataset, from 1, where its text can be quoted by it.</param>
public sealed record FindingPlace(long? Line, string Excerpt, string? File = null, long? Row = null);
