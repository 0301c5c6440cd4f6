using Pipeline.Core.Findings;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>A distribution of lengths as a drawing.</summary>
internal static class LengthChart
{
    /// <summary>Draws it.</summary>
    /// <param name="unit">What lengths are counted in.</param>
    /// <param name="lengths">The distribution.</param>
    /// <param name="limit">Where the model stops reading; null for no mark.</param>
    public static string Draw(string unit, LengthDistribution lengths, int? limit) => lengths.Bars.Count == 0
        ? ""
        : BarChart.Draw(
            $"Number of texts by length in {unit}; the table below has the numbers.", unit,
            [.. lengths.Bars.Select(bar => new ChartBar(Number(bar.From), Tip(bar, unit), bar.Texts, IsRest: bar.Below is null))],
            step => limit is { } reads && XOf(lengths, reads, step) is { } at ? Mark(at, reads) : "");

    private static string Mark(double at, int limit)
    {
        var end = at > BarChart.Width * 0.7;
        return $"<line class=\"limit\" x1=\"{Place(at)}\" x2=\"{Place(at)}\" y1=\"{Place(BarChart.Top - 10)}\" y2=\"{Place(BarChart.Y(0))}\"/>"
            + $"<text class=\"limit\" x=\"{Place(at + (end ? -6 : 6))}\" y=\"{Place(BarChart.Top - 8)}\" text-anchor=\"{(end ? "end" : "start")}\">the model reads {Number(limit)}</text>\n";
    }

    private static string Tip(LengthBar bar, string unit) =>
        $"{Number(bar.From)} {(bar.Below is { } below ? $"to {Number(below - 1)}" : "or more")} {unit}: {Number(bar.Texts)} texts";

    // Null where it lies right of all bars: nothing is cut off, and there is nothing to mark.
    private static double? XOf(LengthDistribution lengths, int length, double step)
    {
        foreach (var (i, bar) in lengths.Bars.Index())
        {
            if (bar.Below is { } below && length < below)
                return BarChart.Left + (step * (i + ((double)(length - bar.From) / (below - bar.From))));
        }

        return null;
    }
}
