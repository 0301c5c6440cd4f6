using Pipeline.Core.Feedback;

namespace Pipeline.Functions.Drift;

/// <summary>How a model's predictions of a day stand beside those on its test split, <c>drift/{model}/{day}.json</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Day">The day (UTC).</param>
/// <param name="Level">The worst of its versions.</param>
/// <param name="Versions">The versions that predicted, the one with the most predictions first.</param>
/// <param name="At">When it was made (UTC).</param>
internal sealed record DriftReport(string Model, DateOnly Day, ShiftLevel Level, IReadOnlyList<VersionShift> Versions, DateTimeOffset At);

/// <summary>A version's part in it.</summary>
/// <param name="Version">The version.</param>
/// <param name="Shift">What it predicted, beside its test split.</param>
internal sealed record VersionShift(string Version, LabelShift Shift);
