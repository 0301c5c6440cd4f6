namespace Pipeline.Core.Findings;

/// <summary>How the targets of a regression are spread.</summary>
/// <param name="Least">The least.</param>
/// <param name="LowerQuartile">A quarter of the rows have at most this.</param>
/// <param name="Median">Half of the rows have at most this.</param>
/// <param name="UpperQuartile">Three quarters of the rows have at most this.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Bars">How many rows have how much.</param>
public sealed record TargetDistribution(
    float Least, float LowerQuartile, float Median, float UpperQuartile, float Greatest, double Mean, IReadOnlyList<TargetBar> Bars)
{
    /// <summary>The mean of each split by its name.</summary>
    public IReadOnlyDictionary<string, double> Means { get; set; } = new Dictionary<string, double>();
}

/// <summary>A bar of a distribution of targets.</summary>
/// <param name="From">The least number in it; null for the first bar where it takes all that are below.</param>
/// <param name="Below">The number above the greatest in it; null for the last bar where it takes all that are above.</param>
/// <param name="Rows">Number of rows.</param>
public sealed record TargetBar(double? From, double? Below, long Rows);
