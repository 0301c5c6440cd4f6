using Pipeline.Core;
using Pipeline.Core.Datasets.Inputs;
using Pipeline.Core.Models;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Scoring;

/// <summary>A row of a file with what the model says of it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Ranked">All labels with their scores, best first; of a regression its number alone. Null where the row cannot be classified.</param>
internal sealed record RowAnswer(InputRow Row, IReadOnlyList<LabelScore>? Ranked)
{
    /// <summary>The labels that the row is given: the likeliest, or of a model of several those that reach their threshold; of a regression none.</summary>
    /// <param name="model">The version.</param>
    /// <param name="threshold">The threshold that the options ask for; null: each label's own, or one half.</param>
    public IEnumerable<LabelScore> Given(ModelManifest model, double? threshold) => (Ranked, model.ProblemType) switch
    {
        (null, _) or (_, ProblemType.Regression) => [],
        (_, ProblemType.MultiLabelClassification) => Ranked.Where(s => threshold is null && s.Given is { } given ? given : s.Score >= (threshold ?? Sigmoid.DefaultThreshold)),
        _ => [Ranked[0]],
    };
}
