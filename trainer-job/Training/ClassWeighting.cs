using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Training;

/// <summary>What the option <c>class_weights</c> comes to for a dataset.</summary>
internal static class ClassWeighting
{
    /// <summary>The weights by label.</summary>
    /// <param name="weights">The option.</param>
    /// <param name="labels">Label names by id.</param>
    /// <param name="train">The training split, which is counted for <c>balanced</c>.</param>
    /// <param name="problem">Whether an example has one label or any number.</param>
    /// <returns>Null where all count alike.</returns>
    public static IReadOnlyDictionary<string, double>? Of(ClassWeights weights, IReadOnlyList<string> labels, IReadOnlyList<Example> train, ProblemType problem)
    {
        if (weights.Equals(ClassWeights.None))
            return null;
        var count = new int[labels.Count];
        foreach (var label in train.SelectMany(e => e.Labels))
            count[label]++;
        return labels.Index().ToDictionary(
            l => l.Item,
            l => weights.ByLabel is { } byLabel ? byLabel.GetValueOrDefault(l.Item, 1) : Balanced(count[l.Index], labels.Count, train.Count, problem));
    }

    // scikit-learn's "balanced": n / (classes × count), so that each class counts as much as any other. With several labels each
    // is a question of its own, whose yes and no are to count as much. A label without examples has nothing to weigh.
    private static double Balanced(int count, int labels, int examples, ProblemType problem) =>
        count == 0 || (problem == ProblemType.MultiLabelClassification && count == examples) ? 1
        : problem == ProblemType.MultiLabelClassification ? (double)(examples - count) / count
        : (double)examples / ((double)labels * count);
}
