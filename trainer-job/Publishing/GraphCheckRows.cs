using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Publishing;

/// <summary>The rows that a version's graphs are compared on.</summary>
/// <param name="Examples">The rows.</param>
/// <param name="Split">Where they are from, as <c>metrics.json</c> says it.</param>
internal sealed record GraphCheckRows(IReadOnlyList<Example> Examples, string Split)
{
    // One of a thousand is a tenth of a point; half a point is what is to be seen.
    private const int Enough = 1_000;

    /// <summary>The test split; with fewer than 1,000 rows, the validation split too.</summary>
    public static GraphCheckRows Of(TrainingData data) => data.Test.Count >= Enough
        ? new GraphCheckRows(data.Test, "test")
        : new GraphCheckRows([.. data.Test, .. data.Validation], "test and validation");
}
