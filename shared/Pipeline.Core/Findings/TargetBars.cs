namespace Pipeline.Core.Findings;

/// <summary>Puts numbers into a few bars whose borders are round.</summary>
internal static class TargetBars
{
    private const int About = 20;

    private static readonly int[] RoundFactors = [1, 2, 5, 10];

    /// <summary>The bars. A few far numbers must not press all others into one bar: the ends take what lies beyond the hundredths.</summary>
    /// <param name="values">The numbers, ascending, with their counts.</param>
    /// <param name="low">The number that a hundredth does not exceed.</param>
    /// <param name="high">The number that all but a hundredth do not exceed.</param>
    public static IReadOnlyList<TargetBar> Of(IReadOnlyList<(float Value, long Count)> values, float low, float high)
    {
        if (values.Count == 0)
            return [];
        var width = RoundUp(((double)high - low) / About);
        double first = Math.Floor(low / width), last = Math.Floor(high / width);
        var rows = new long[(int)(last - first) + 1];
        var (below, above) = (0L, 0L);
        foreach (var (value, count) in values)
        {
            var bar = Math.Floor(value / width) - first;
            if (bar < 0)
                below += count;
            else if (bar >= rows.Length)
                above += count;
            else
                rows[(int)bar] += count;
        }

        var bars = rows.Select((count, i) => new TargetBar(Border(i), Border(i + 1), count)).ToList();
        if (below > 0)
            bars.Insert(0, new TargetBar(null, Border(0), below));
        if (above > 0)
            bars.Add(new TargetBar(Border(rows.Length), null, above));
        return bars;

        // Through decimal, so that 3 × 0.1 is 0.3 where it can be.
        double Border(int i) => Math.Abs((first + i) * width) is var size and < 1e15 and > 1e-15 ? (double)(decimal)((first + i) * width) : (first + i) * width;
    }

    private static double RoundUp(double width)
    {
        // All numbers alike, or nearly: one bar.
        if (width <= 0)
            return 1;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(width)));
        return RoundFactors.Select(factor => factor * unit).First(w => w >= width * (1 - 1e-9));
    }
}
