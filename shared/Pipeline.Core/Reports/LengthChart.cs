using System.Text;
using Pipeline.Core.Findings;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>A distribution of lengths as a drawing.</summary>
internal static class LengthChart
{
    private const double Width = 760;
    private const double Height = 220;
    private const double Left = 56;
    private const double Right = 12;
    private const double Top = 22;
    private const double Bottom = 34;

    // Below so many pixels between them, numbers on the axis would touch.
    private const double BetweenNumbers = 64;

    /// <summary>Draws it.</summary>
    /// <param name="unit">What lengths are counted in.</param>
    /// <param name="lengths">The distribution.</param>
    /// <param name="limit">Where the model stops reading; null for no mark.</param>
    public static string Draw(string unit, LengthDistribution lengths, int? limit)
    {
        if (lengths.Bars.Count == 0)
            return "";
        var drawing = new StringBuilder();
        var most = Math.Max(1, lengths.Bars.Max(b => b.Texts));
        var step = (Width - Left - Right) / lengths.Bars.Count;
        drawing.Append($"<svg class=\"chart\" viewBox=\"0 0 {Place(Width)} {Place(Height)}\" role=\"img\" aria-label=\"Number of texts by length in {unit}; the table below has the numbers.\">\n");
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var y = Y(share);
            drawing.Append($"<line class=\"grid\" x1=\"{Place(Left)}\" x2=\"{Place(Width - Right)}\" y1=\"{Place(y)}\" y2=\"{Place(y)}\"/>");
            drawing.Append($"<text x=\"{Place(Left - 8)}\" y=\"{Place(y + 4)}\" text-anchor=\"end\">{Number((long)Math.Round(share * most))}</text>\n");
        }

        var every = Math.Max(1, (int)Math.Ceiling(BetweenNumbers / step));
        foreach (var (i, bar) in lengths.Bars.Index())
        {
            var x = Left + (i * step);
            // The last bar stands for all that are longer.
            var kind = bar.Below is null ? "bar rest" : "bar";
            var top = Y((double)bar.Texts / most);
            drawing.Append($"<rect class=\"{kind}\" x=\"{Place(x + 1)}\" width=\"{Place(Math.Max(1, step - 2))}\" y=\"{Place(top)}\" height=\"{Place(Y(0) - top)}\"><title>{Tip(bar, unit)}</title></rect>\n");
            if (i % every == 0 && (bar.Below is not null || i == 0))
                drawing.Append($"<text x=\"{Place(x)}\" y=\"{Place(Height - Bottom + 16)}\" text-anchor=\"middle\">{Number(bar.From)}</text>\n");
        }

        drawing.Append($"<text x=\"{Place(Width - Right)}\" y=\"{Place(Height - 2)}\" text-anchor=\"end\">{unit} →</text>\n");
        if (limit is { } reads && XOf(lengths, reads, step) is { } at)
        {
            var end = at > Width * 0.7;
            drawing.Append($"<line class=\"limit\" x1=\"{Place(at)}\" x2=\"{Place(at)}\" y1=\"{Place(Top - 10)}\" y2=\"{Place(Y(0))}\"/>");
            drawing.Append($"<text class=\"limit\" x=\"{Place(at + (end ? -6 : 6))}\" y=\"{Place(Top - 8)}\" text-anchor=\"{(end ? "end" : "start")}\">the model reads {Number(reads)}</text>\n");
        }

        return drawing.Append("</svg>\n").ToString();
    }

    private static double Y(double share) => Height - Bottom - (share * (Height - Bottom - Top));

    private static string Tip(LengthBar bar, string unit) =>
        $"{Number(bar.From)} {(bar.Below is { } below ? $"to {Number(below - 1)}" : "or more")} {unit}: {Number(bar.Texts)} texts";

    // Null where it lies right of all bars: nothing is cut off, and there is nothing to mark.
    private static double? XOf(LengthDistribution lengths, int length, double step)
    {
        foreach (var (i, bar) in lengths.Bars.Index())
        {
            if (bar.Below is { } below && length < below)
                return Left + (step * (i + ((double)(length - bar.From) / (below - bar.From))));
        }

        return null;
    }
}
