namespace Pipeline.Core.Baselines;

/// <summary>Always answers the most frequent class of the training split: the least that a classifier has to beat.</summary>
public static class MajorityClass
{
    /// <summary>The most frequent class; the lowest id among equals.</summary>
    /// <exception cref="ArgumentException">There is no label.</exception>
    public static int Of(IEnumerable<int> labels) =>
        labels.CountBy(label => label).OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => (int?)c.Key).FirstOrDefault()
        ?? throw new ArgumentException("There is no label to count.", nameof(labels));
}
