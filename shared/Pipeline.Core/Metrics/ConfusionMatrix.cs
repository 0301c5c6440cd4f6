namespace Pipeline.Core.Metrics;

/// <summary>
/// Counts of (true class, predicted class). Examples are added one by one or in batches of any size;
/// every metric is computed from the counts, so uneven batches change nothing.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Classes = classes;
        _counts = new long[classes * classes];
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of examples added.</summary>
    public long Total => _counts.Sum();

    /// <summary>How many examples of a class were predicted as a class.</summary>
    public long this[int actual, int predicted] => _counts[actual * Classes + predicted];

    /// <summary>Adds one example.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class id is negative or not below <see cref="Classes"/>.</exception>
    public void Add(int actual, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(actual, Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes);
        _counts[actual * Classes + predicted]++;
    }

    /// <summary>Adds a batch.</summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        if (actual.Length != predicted.Length)
            throw new ArgumentException($"{actual.Length} true classes against {predicted.Length} predictions.", nameof(predicted));
        for (var i = 0; i < actual.Length; i++)
            Add(actual[i], predicted[i]);
    }

    /// <summary>Examples of a class (the row's sum).</summary>
    public long Support(int actual)
    {
        long sum = 0;
        for (var predicted = 0; predicted < Classes; predicted++)
            sum += this[actual, predicted];
        return sum;
    }

    /// <summary>Examples predicted as a class (the column's sum).</summary>
    public long PredictedAs(int predicted)
    {
        long sum = 0;
        for (var actual = 0; actual < Classes; actual++)
            sum += this[actual, predicted];
        return sum;
    }

    /// <summary>The counts as rows of true classes, columns of predicted ones.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ToRows() =>
        [.. Enumerable.Range(0, Classes).Select(actual => (IReadOnlyList<long>)_counts.AsSpan(actual * Classes, Classes).ToArray())];
}
