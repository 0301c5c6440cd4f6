namespace Pipeline.Benchmarks.Models;

/// <summary>Several measurements of one thing.</summary>
internal sealed record Spread(IReadOnlyList<double> Values)
{
    public double Median => Values.Order().ElementAt(Values.Count / 2);

    public override string ToString() => $"{Median,7:f1} ({Values.Min():f1} to {Values.Max():f1})";
}
