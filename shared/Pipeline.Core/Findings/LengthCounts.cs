using System.Text.Json.Serialization;

namespace Pipeline.Core.Findings;

/// <summary>
/// How many texts have which length. Lengths below 2,048 are counted each, longer ones in steps of a thousandth, so that
/// the memory is small however many texts there are. Parts are counted apart and merged.
/// </summary>
public sealed class LengthCounts
{
    private const int Exact = 2_048;
    private const int StepsInDoubling = 1_024;

    private long[] _counts = [];
    private long[] _sums = [];

    /// <summary>The counts for JSON: bucket, number of texts, sum of their lengths, three numbers for each bucket that has any.</summary>
    public IReadOnlyList<long> Buckets
    {
        get => [.. Enumerable.Range(0, _counts.Length).Where(i => _counts[i] > 0).SelectMany(i => new[] { i, _counts[i], _sums[i] })];
        set
        {
            Array.Clear(_counts);
            Array.Clear(_sums);
            for (var i = 0; i + 2 < value.Count; i += 3)
                AddToBucket((int)value[i], value[i + 1], value[i + 2]);
        }
    }

    /// <summary>Number of texts.</summary>
    [JsonIgnore]
    public long Count => _counts.Sum();

    /// <summary>Sum of their lengths.</summary>
    [JsonIgnore]
    public long Total => _sums.Sum();

    /// <summary>The greatest length, to a thousandth; 0 without texts.</summary>
    [JsonIgnore]
    public long Longest => Percentile(1);

    /// <summary>Counts a text.</summary>
    public void Add(int length) => AddToBucket(BucketOf(length), 1, length);

    /// <summary>Takes over other counts.</summary>
    public void Merge(LengthCounts other)
    {
        for (var i = 0; i < other._counts.Length; i++)
        {
            if (other._counts[i] > 0)
                AddToBucket(i, other._counts[i], other._sums[i]);
        }
    }

    /// <summary>The smallest length that so great a share of the texts does not exceed; 0 without texts.</summary>
    /// <param name="share">0 to 1.</param>
    public long Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Mean(i);
        }

        return 0;
    }

    /// <summary>Texts that are longer than a limit, and how much of all texts together is beyond it.</summary>
    public (long Texts, long Beyond) Over(int limit)
    {
        long texts = 0, beyond = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0 && Mean(i) > limit)
            {
                texts += _counts[i];
                beyond += Math.Max(0, _sums[i] - (_counts[i] * limit));
            }
        }

        return (texts, beyond);
    }

    /// <summary>The lengths that there are, cut at a limit and at least 1, with the number of texts of each.</summary>
    /// <param name="limit">Tokens that are read.</param>
    public IEnumerable<(long Length, long Texts)> Cut(int limit)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
                yield return (Math.Clamp(Mean(i), 1, limit), _counts[i]);
        }
    }

    /// <summary>The counts as a few bars whose borders are round numbers.</summary>
    /// <param name="bars">About how many.</param>
    public IReadOnlyList<LengthBar> Bars(int bars = 24)
    {
        if (Count == 0)
            return [];
        // A few long texts must not press all others into one bar: the last bar takes the longest hundredth.
        var most = Math.Max(1, Percentile(0.99));
        var width = RoundUp((most + bars - 1) / bars);
        var last = most / width;
        var texts = new long[last + 2];
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
                texts[Math.Min(Mean(i) / width, last + 1)] += _counts[i];
        }

        return [.. texts
            .Select((count, i) => new LengthBar(i * width, i <= last ? (i + 1) * width : null, count))
            .Take(texts[^1] > 0 ? texts.Length : texts.Length - 1)];
    }

    /// <summary>The counts as a report has them.</summary>
    public LengthDistribution Distribution() => new(Percentile(0.5), Percentile(0.95), Longest, Bars());

    private static long RoundUp(long width)
    {
        for (long unit = 1; ; unit *= 10)
        {
            foreach (var factor in (ReadOnlySpan<long>)[1, 2, 5])
            {
                if (unit * factor >= width)
                    return unit * factor;
            }
        }
    }

    private static int BucketOf(int length)
    {
        if (length < Exact)
            return length;
        var doublings = System.Numerics.BitOperations.Log2((uint)length) - System.Numerics.BitOperations.Log2(Exact);
        return Exact + (doublings * StepsInDoubling) + ((length >> (doublings + 1)) - StepsInDoubling);
    }

    private long Mean(int bucket) => bucket < Exact ? bucket : _sums[bucket] / _counts[bucket];

    private void AddToBucket(int bucket, long count, long sum)
    {
        if (bucket >= _counts.Length)
        {
            var size = Math.Max(bucket + 1, Math.Min(_counts.Length * 2, Exact));
            Array.Resize(ref _counts, size);
            Array.Resize(ref _sums, size);
        }

        _counts[bucket] += count;
        _sums[bucket] += sum;
    }
}

/// <summary>Lengths of the texts, before any truncation.</summary>
/// <param name="Median">Half of the texts are at most this long.</param>
/// <param name="Percentile95">95 of 100 texts are at most this long.</param>
/// <param name="Longest">The longest text.</param>
/// <param name="Bars">How many texts are how long.</param>
public sealed record LengthDistribution(long Median, long Percentile95, long Longest, IReadOnlyList<LengthBar> Bars);

/// <summary>A bar of a distribution of lengths.</summary>
/// <param name="From">The shortest length in it.</param>
/// <param name="Below">The length above the longest in it; null for the last bar, which takes all that are longer.</param>
/// <param name="Texts">Number of texts.</param>
public sealed record LengthBar(long From, long? Below, long Texts);
