using System.Text;
using Pipeline.Core.Datasets;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>The top of the page: the verdict, and the figures one looks for first.</summary>
internal static class ReportHeader
{
    /// <summary>Writes it.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        var verdict = report.Accepted
            ? "<span class=\"verdict ok\">✓ accepted</span>"
            : "<span class=\"verdict error\">✕ rejected</span>";
        page.Append($"<header>\n<p class=\"kicker\">Validation report</p>\n<h1>{Quote(report.Dataset)} {verdict}</h1>\n<p class=\"lead\">{Escape(Sentence(report))}</p>\n");
        var tiles = Tiles(report).ToList();
        if (tiles.Count > 0)
        {
            page.Append("<dl class=\"tiles\">\n");
            foreach (var (name, value, note) in tiles)
                page.Append($"<div><dt>{Escape(name)}</dt><dd>{Escape(value)}</dd><dd class=\"small\">{Escape(note)}</dd></div>\n");
            page.Append("</dl>\n");
        }

        page.Append("</header>\n");
    }

    private static string Sentence(ValidationReport report)
    {
        if (!report.Accepted)
            return "The dataset cannot be trained on. Nothing was enqueued. What has to be mended stands first below.";
        var warnings = report.Findings.Count(f => f.Severity == FindingSeverity.Warning);
        return warnings switch
        {
            0 => "The dataset can be trained on, and nothing in it needs mending.",
            1 => "The dataset can be trained on. One thing in it is worth mending.",
            _ => $"The dataset can be trained on. {warnings} things in it are worth mending.",
        };
    }

    private static IEnumerable<(string Name, string Value, string Note)> Tiles(ValidationReport report)
    {
        if (!report.Accepted)
            yield break;
        var all = report.RowsUsed + report.RowsLeftOut;
        yield return ("rows used", Number(report.RowsUsed), report.RowsLeftOut == 0 ? "none left out" : $"{Number(report.RowsLeftOut)} of {Number(all)} left out");
        var pairs = report.HasPairs ? "; pairs of texts" : "";
        if (report.Target is { } target)
            yield return ("target, median", TargetSection.Figure(target.Median), $"from {TargetSection.Figure(target.Least)} to {TargetSection.Figure(target.Greatest)}{pairs}");
        else
            yield return ("labels", Number(report.Labels.Count), (report.ProblemType == ProblemType.MultiLabelClassification ? "any number a row" : "one a row") + pairs);
        if (report.TokenLengths is { } tokens)
            yield return ("tokens, median", Number(tokens.Median), $"95% have at most {Number(tokens.Percentile95)}");
        if (report.Truncation is { } cut)
            yield return ("tokens read", Number(cut.MaxLength), cut.Texts == 0 ? "no text is cut" : $"{Share(cut.ShareLost)} of all is cut off");
        if (report.Duplicates is { } copies)
            yield return ("copies", Number(copies.Exact + copies.Conflicting), $"and {Number(copies.Near + copies.NearConflicting)} near copies");
    }
}
