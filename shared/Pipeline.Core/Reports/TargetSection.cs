using System.Globalization;
using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>How the numbers of a regression are spread, in place of the labels.</summary>
internal static class TargetSection
{
    /// <summary>Writes it, where there are such numbers.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        if (report.Target is not { } target)
            return;
        page.Append("<section aria-labelledby=\"target\">\n<h2 id=\"target\">Target</h2>\n");
        page.Append($"<p>The number to be predicted goes from {Figure(target.Least)} to {Figure(target.Greatest)}; half of the rows lie between {Figure(target.LowerQuartile)} and {Figure(target.UpperQuartile)}. {Escape(Splits(report))}</p>\n");
        page.Append(BarChart.Draw("Number of rows by target; the table below has the numbers.", "target", [.. target.Bars.Select(Bar)]));
        page.Append("<table class=\"numbers\">\n<tbody>\n");
        foreach (var (name, value) in Rows(target))
            page.Append($"<tr><th scope=\"row\">{Escape(name)}</th><td>{Figure(value)}</td></tr>\n");
        page.Append("</tbody>\n</table>\n<details>\n<summary>Numbers</summary>\n<table class=\"numbers\">\n<thead><tr><th scope=\"col\">target</th><th scope=\"col\">rows</th></tr></thead>\n<tbody>\n");
        foreach (var bar in target.Bars)
            page.Append($"<tr><th scope=\"row\">{Range(bar)}</th><td>{Number(bar.Rows)}</td></tr>\n");
        page.Append("</tbody>\n</table>\n</details>\n</section>\n");
    }

    /// <summary>A number with as many places as say something.</summary>
    public static string Figure(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Splits(ValidationReport report) =>
        $"{string.Join(", ", report.Splits.Select(s => $"{Number(s.Value)} rows {(s.Key == "train" ? "to train on" : $"in {s.Key}")}"))}.";

    private static IEnumerable<(string Name, double Value)> Rows(TargetDistribution target) =>
    [
        ("least", target.Least), ("lower quartile", target.LowerQuartile), ("median", target.Median), ("upper quartile", target.UpperQuartile),
        ("greatest", target.Greatest), ("mean", target.Mean),
        .. target.Means.Select(m => ($"mean of {m.Key}", m.Value)),
    ];

    private static ChartBar Bar(TargetBar bar) =>
        new(Figure(bar.From ?? bar.Below ?? 0), $"{Range(bar)}: {Number(bar.Rows)} rows", bar.Rows, IsRest: bar.From is null || bar.Below is null);

    private static string Range(TargetBar bar) => (bar.From, bar.Below) switch
    {
        (null, { } below) => $"below {Figure(below)}",
        ({ } from, null) => $"{Figure(from)} and more",
        ({ } from, { } below) => $"{Figure(from)} to below {Figure(below)}",
        _ => "all",
    };
}
