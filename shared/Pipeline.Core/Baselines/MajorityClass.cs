namespace Pipeline.Core.Baselines;

/// <summary>Always answers what is most frequent in the training split: the least that a classifier has to beat.</summary>
public static class MajorityClass
{
    /// <summary>The most frequent class; the lowest id among equals.</summary>
    /// <exception cref="ArgumentException">There is no label.</exception>
    public static int Of(IEnumerable<int> labels) => Of(labels.Select(label => new[] { label }))[0];

    /// <summary>The most frequent set of labels; among equals the one that a dictionary of label ids has first.</summary>
    /// <param name="labels">Label ids of each example, ascending.</param>
    /// <exception cref="ArgumentException">There is no example.</exception>
    public static int[] Of(IEnumerable<int[]> labels) =>
        labels.GroupBy(set => string.Join(',', set))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.First(), Comparer<int[]>.Create(Compare))
            .Select(group => group.First())
            .FirstOrDefault() ?? throw new ArgumentException("There is no label to count.", nameof(labels));

    private static int Compare(int[] a, int[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] != b[i])
                return a[i].CompareTo(b[i]);
        }

        return a.Length.CompareTo(b.Length);
    }
}
