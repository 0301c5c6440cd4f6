using System.Text;
using Pipeline.Core.Datasets;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>The validation report as one HTML page that needs nothing else: no script, no network, its drawings inside.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    public static string Render(ValidationReport report)
    {
        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{Escape(report.Dataset)} – validation report</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>

            """);
        ReportHeader.Write(page, report);
        FindingCards.Write(page, report);
        EstimateSection.Write(page, report);
        LabelTable.Write(page, report);
        TargetSection.Write(page, report);
        LengthSection.Write(page, report);
        TextSection.Write(page, report);
        page.Append($"""
            <footer>{(report.RunId is { Length: > 0 } run ? $"Run <code>{Escape(run)}</code>. " : "")}The same report as JSON: <code>report.json</code>. Each finding has a page: <code>docs/findings/&lt;id&gt;.md</code>.</footer>
            </main>
            </body>
            </html>

            """);
        return page.ToString();
    }
}
