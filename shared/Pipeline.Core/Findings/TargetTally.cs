using System.Text.Json.Serialization;

namespace Pipeline.Core.Findings;

/// <summary>
/// How the targets of a regression are spread, in memory that does not grow with the rows. Every number is counted by itself until
/// there are more than 8,192 different ones; then neighbours are counted together, as few as will do, which leaves each number known to
/// about a hundredth of itself or better. The counts depend on the numbers alone, not on their order or on how parts were cut. It
/// serializes as JSON, so that parts can be counted in several processes.
/// </summary>
public sealed class TargetTally
{
    private const int MostBuckets = 8_192;

    private Dictionary<int, long> _counts = [];

    /// <summary>A bucket takes so many powers of two of neighbouring floats together; 0 for each by itself.</summary>
    public int DroppedBits { get; set; }

    /// <summary>The counts for JSON: bucket and number of targets, two numbers for each, ascending.</summary>
    public IReadOnlyList<long> Buckets
    {
        get => [.. _counts.OrderBy(b => b.Key).SelectMany(b => new[] { b.Key, b.Value })];
        set => _counts = value.Chunk(2).ToDictionary(b => (int)b[0], b => b[1]);
    }

    /// <summary>Sum of the targets.</summary>
    public double Sum { get; set; }

    /// <summary>The least target; infinite without any.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public float Least { get; set; } = float.PositiveInfinity;

    /// <summary>The greatest target; infinite without any.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public float Greatest { get; set; } = float.NegativeInfinity;

    /// <summary>Number of targets.</summary>
    [JsonIgnore]
    public long Count => _counts.Values.Sum();

    /// <summary>Their mean; not a number without any.</summary>
    [JsonIgnore]
    public double Mean => Sum / Count;

    /// <summary>Counts a target.</summary>
    /// <param name="target">Finite.</param>
    public void Add(float target)
    {
        Sum += target;
        (Least, Greatest) = (Math.Min(Least, target), Math.Max(Greatest, target));
        Add(Order(target) >> DroppedBits, 1);
        Coarsen();
    }

    /// <summary>Takes over another part's; merge in the order of the dataset, so that the sum is the same each time.</summary>
    public void Merge(TargetTally other)
    {
        Sum += other.Sum;
        (Least, Greatest) = (Math.Min(Least, other.Least), Math.Max(Greatest, other.Greatest));
        if (other.DroppedBits > DroppedBits)
            DropTo(other.DroppedBits);
        foreach (var (bucket, count) in other._counts)
            Add(bucket >> (DroppedBits - other.DroppedBits), count);
        Coarsen();
    }

    /// <summary>The counts as a report has them; at least one target.</summary>
    public TargetDistribution Distribution()
    {
        (float Value, long Count)[] values = [.. _counts.OrderBy(b => b.Key).Select(b => (ValueOf(b.Key), b.Value))];
        var total = Count;
        return new TargetDistribution(
            Least, Percentile(0.25), Percentile(0.5), Percentile(0.75), Greatest, Mean,
            TargetBars.Of(values, Percentile(0.01), Percentile(0.99)));

        // The smallest target that so great a share of the targets does not exceed.
        float Percentile(double share)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * total));
            foreach (var (value, count) in values)
            {
                rank -= count;
                if (rank <= 0)
                    return value;
            }

            return Greatest;
        }
    }

    private void Add(int bucket, long count) =>
        _counts[bucket] = _counts.GetValueOrDefault(bucket) + count;

    // How many bits go depends on the set of numbers alone: one more goes only where the numbers so far leave no other way.
    private void Coarsen()
    {
        while (_counts.Count > MostBuckets)
            DropTo(DroppedBits + 1);
    }

    private void DropTo(int bits)
    {
        var finer = _counts;
        _counts = [];
        foreach (var (bucket, count) in finer)
            Add(bucket >> (bits - DroppedBits), count);
        DroppedBits = bits;
    }

    // The middle of the bucket, which is the number itself where there is no other in it, within what there is.
    private float ValueOf(int bucket)
    {
        var middle = (bucket << DroppedBits) + (DroppedBits == 0 ? 0 : 1 << (DroppedBits - 1));
        return Math.Clamp(BitConverter.Int32BitsToSingle(middle < 0 ? middle ^ int.MaxValue : middle), Least, Greatest);
    }

    // A float's place in the order of all floats: its bits, with those of negative ones turned round.
    private static int Order(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits < 0 ? bits ^ int.MaxValue : bits;
    }
}
