using System.Text;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>A bar of a drawing.</summary>
/// <param name="Axis">What stands under its left border.</param>
/// <param name="Tip">What it says when one points at it.</param>
/// <param name="Count">Its height.</param>
/// <param name="IsRest">Whether it stands for all that lies beyond; it is drawn fainter, and without a number under it.</param>
internal readonly record struct ChartBar(string Axis, string Tip, long Count, bool IsRest);

/// <summary>A distribution as a drawing of bars side by side.</summary>
internal static class BarChart
{
    /// <summary>Width of the drawing.</summary>
    public const double Width = 760;

    /// <summary>Where the bars begin, from the left.</summary>
    public const double Left = 56;

    /// <summary>Where they end, from the top.</summary>
    public const double Top = 22;

    private const double Height = 220;
    private const double Right = 12;
    private const double Bottom = 34;

    // Below so many pixels between them, numbers on the axis would touch.
    private const double BetweenNumbers = 64;

    /// <summary>Draws it.</summary>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="unit">What stands at the end of the axis.</param>
    /// <param name="bars">At least one.</param>
    /// <param name="more">What is drawn over it; is given the width of a bar.</param>
    public static string Draw(string description, string unit, IReadOnlyList<ChartBar> bars, Func<double, string>? more = null)
    {
        var drawing = new StringBuilder();
        var most = Math.Max(1, bars.Max(b => b.Count));
        var step = (Width - Left - Right) / bars.Count;
        drawing.Append($"<svg class=\"chart\" viewBox=\"0 0 {Place(Width)} {Place(Height)}\" role=\"img\" aria-label=\"{description}\">\n");
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var y = Y(share);
            drawing.Append($"<line class=\"grid\" x1=\"{Place(Left)}\" x2=\"{Place(Width - Right)}\" y1=\"{Place(y)}\" y2=\"{Place(y)}\"/>");
            drawing.Append($"<text x=\"{Place(Left - 8)}\" y=\"{Place(y + 4)}\" text-anchor=\"end\">{Number((long)Math.Round(share * most))}</text>\n");
        }

        var every = Math.Max(1, (int)Math.Ceiling(BetweenNumbers / step));
        foreach (var (i, bar) in bars.Index())
        {
            var x = Left + (i * step);
            var top = Y((double)bar.Count / most);
            drawing.Append($"<rect class=\"{(bar.IsRest ? "bar rest" : "bar")}\" x=\"{Place(x + 1)}\" width=\"{Place(Math.Max(1, step - 2))}\" y=\"{Place(top)}\" height=\"{Place(Y(0) - top)}\"><title>{bar.Tip}</title></rect>\n");
            if (i % every == 0 && (!bar.IsRest || bars.Count == 1))
                drawing.Append($"<text x=\"{Place(x)}\" y=\"{Place(Height - Bottom + 16)}\" text-anchor=\"middle\">{bar.Axis}</text>\n");
        }

        drawing.Append($"<text x=\"{Place(Width - Right)}\" y=\"{Place(Height - 2)}\" text-anchor=\"end\">{unit} →</text>\n");
        if (more is not null)
            drawing.Append(more(step));
        return drawing.Append("</svg>\n").ToString();
    }

    /// <summary>How far from the top a share of the highest bar is.</summary>
    public static double Y(double share) => Height - Bottom - (share * (Height - Bottom - Top));
}
