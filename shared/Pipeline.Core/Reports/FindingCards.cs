using System.Text;
using Pipeline.Core.Datasets;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>The findings: how bad each is, how often and where it was found, what it means, what to do.</summary>
internal static class FindingCards
{
    /// <summary>Writes them.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        page.Append("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
        if (report.Findings.Count == 0)
            page.Append("<p>None. Every check was passed.</p>\n");
        foreach (var finding in report.Findings)
            Write(page, finding);
        page.Append("</section>\n");
    }

    private static void Write(StringBuilder page, Finding finding)
    {
        var (severity, mark) = finding.Severity switch
        {
            FindingSeverity.Error => ("error", "✕"),
            FindingSeverity.Warning => ("warning", "!"),
            _ => ("note", "i"),
        };
        // The address of a finding in the page is its id, so that one can be pointed at.
        page.Append($"""
            <article class="finding {severity}" id="{Escape(finding.Id)}">
            <h3><span class="mark" aria-hidden="true">{mark}</span> <span class="severity">{severity}</span> <a href="#{Escape(finding.Id)}">{Escape(finding.Id)}</a> <span class="count">{Times(finding.Count)}</span></h3>
            <p>{Escape(finding.Meaning)}</p>
            <p class="fix"><strong>Fix:</strong> {Escape(finding.Fix)}</p>

            """);
        if (finding.Places.Count > 0)
        {
            page.Append("<table class=\"places\">\n<thead class=\"hidden\"><tr><th>where</th><th>what stands there</th></tr></thead>\n<tbody>\n");
            foreach (var place in finding.Places)
                page.Append($"<tr><th scope=\"row\">{Where(place)}</th><td dir=\"auto\">{Escape(place.Excerpt)}</td></tr>\n");
            page.Append("</tbody>\n</table>\n");
            if (finding.Count > finding.Places.Count)
                page.Append($"<p class=\"small\">and {Number(finding.Count - finding.Places.Count)} more</p>\n");
        }

        page.Append("</article>\n");
    }

    private static string Times(long count) => count == 1 ? "once" : $"{Number(count)} times";

    private static string Where(FindingPlace place)
    {
        var file = place.File is { } name ? Quote(name) : null;
        var line = place.Line is { } number ? $"line {Number(number)}" : null;
        return string.Join(", ", new[] { file, line }.OfType<string>()) is { Length: > 0 } where ? where : "dataset";
    }
}
