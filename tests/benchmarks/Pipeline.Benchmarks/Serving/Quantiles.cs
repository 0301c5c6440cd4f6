using System.Globalization;

namespace Pipeline.Benchmarks.Serving;

/// <summary>Times in milliseconds.</summary>
internal sealed class Quantiles(IEnumerable<double> milliseconds)
{
    private readonly double[] _sorted = [.. milliseconds.Order()];

    public int Count => _sorted.Length;

    public double P50 => At(0.5);

    public double P99 => At(0.99);

    public double Least => _sorted[0];

    public double Most => _sorted[^1];

    public double At(double share) => _sorted[(int)Math.Round(share * (_sorted.Length - 1))];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{P50:0.00} ({Least:0.00} to {Most:0.00})");
}
