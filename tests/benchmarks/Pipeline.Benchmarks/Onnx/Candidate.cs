namespace Pipeline.Benchmarks.Onnx;

/// <summary>One way to get the logits of a batch.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Run">Computes them: for each text one per label.</param>
/// <param name="Rounds">How often it is measured; a slow one less often.</param>
internal sealed record Candidate(string Name, Func<float[][]> Run, int Rounds);

/// <summary>Times in milliseconds, round by round.</summary>
/// <param name="Name">Of the candidate.</param>
/// <param name="Times">One a round.</param>
internal sealed record Measured(string Name, IReadOnlyList<double> Times)
{
    public double Median => Quantile(Times, 0.5);

    /// <summary>How many times as long the other takes, round by round against this one: median, and the middle 80%.</summary>
    public (double Low, double Median, double High) Ratio(Measured other)
    {
        double[] ratios = [.. Times.Zip(other.Times, (mine, its) => its / mine)];
        return (Quantile(ratios, 0.1), Quantile(ratios, 0.5), Quantile(ratios, 0.9));
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
