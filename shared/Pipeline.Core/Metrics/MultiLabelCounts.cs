namespace Pipeline.Core.Metrics;

/// <summary>
/// What multi-label metrics are computed from: for each label how often it was there, was predicted, and both. Examples are
/// added one by one, in any order.
/// </summary>
public sealed class MultiLabelCounts
{
    private readonly long[] _actual;
    private readonly long[] _predicted;
    private readonly long[] _both;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="labels">Number of labels, at least 1.</param>
    public MultiLabelCounts(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        (_actual, _predicted, _both) = (new long[labels], new long[labels], new long[labels]);
    }

    /// <summary>Number of labels.</summary>
    public int Labels => _actual.Length;

    /// <summary>Examples added.</summary>
    public long Examples { get; private set; }

    /// <summary>Examples of which exactly the right labels were predicted.</summary>
    public long ExactMatches { get; private set; }

    /// <summary>Adds one example.</summary>
    /// <param name="actual">Its label ids, each at most once; none is allowed.</param>
    /// <param name="predicted">The predicted ones, likewise.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label id is negative or not below <see cref="Labels"/>.</exception>
    /// <exception cref="ArgumentException">A label occurs twice.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        var there = Count(actual, _actual);
        var hits = 0;
        Count(predicted, _predicted);
        foreach (var label in predicted)
        {
            if (!there.Contains(label))
                continue;
            _both[label]++;
            hits++;
        }

        Examples++;
        if (hits == actual.Length && hits == predicted.Length)
            ExactMatches++;
    }

    /// <summary>Examples that have a label.</summary>
    public long Support(int label) => _actual[label];

    /// <summary>Examples of which it was predicted.</summary>
    public long PredictedAs(int label) => _predicted[label];

    /// <summary>Examples that have it and of which it was predicted.</summary>
    public long Hits(int label) => _both[label];

    private static HashSet<int> Count(ReadOnlySpan<int> labels, long[] counts)
    {
        var seen = new HashSet<int>(labels.Length);
        foreach (var label in labels)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(label);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, counts.Length);
            if (!seen.Add(label))
                throw new ArgumentException($"The label {label} occurs twice in one example.", nameof(labels));
            counts[label]++;
        }

        return seen;
    }
}
