using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>Copies of texts, and the languages they are in.</summary>
internal static class TextSection
{
    /// <summary>Writes it, where either is known.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        if (report.Duplicates is { } copies)
        {
            page.Append("<section aria-labelledby=\"copies\">\n<h2 id=\"copies\">Copies</h2>\n<table class=\"numbers\">\n<tbody>\n");
            foreach (var (what, rows) in Rows(copies, isRegression: report.Target is not null))
                page.Append($"<tr><th scope=\"row\">{what}</th><td>{Number(rows)}</td><td>{Share((double)rows / Math.Max(1, report.RowsUsed))}</td></tr>\n");
            page.Append("</tbody>\n</table>\n</section>\n");
        }

        if (report.Languages.Count == 0)
            return;
        var certain = report.Languages.Sum(l => l.Rows);
        page.Append($"<section aria-labelledby=\"languages\">\n<h2 id=\"languages\">Languages</h2>\n<p>Of {Number(certain)} texts the language is certain; the others are too short or have too few common words to tell.</p>\n<table class=\"numbers\">\n<tbody>\n");
        foreach (var language in report.Languages)
            page.Append($"<tr><th scope=\"row\">{Escape(language.Language)}</th><td>{Number(language.Rows)}</td><td>{Share((double)language.Rows / certain)}</td></tr>\n");
        page.Append("</tbody>\n</table>\n</section>\n");
    }

    // How far numbers of near copies may differ, only the reader knows: they are counted whatever theirs are.
    private static (string What, long Rows)[] Rows(DuplicateCounts copies, bool isRegression) => isRegression
        ?
        [
            ("the same text, the same number", copies.Exact),
            ("the same text, another number", copies.Conflicting),
            ("nearly the same text", copies.Near),
            ("the same text in another given split", copies.AcrossSplits),
        ]
        :
        [
            ("the same text, the same label", copies.Exact),
            ("the same text, another label", copies.Conflicting),
            ("nearly the same text, the same label", copies.Near),
            ("nearly the same text, another label", copies.NearConflicting),
            ("the same text in another given split", copies.AcrossSplits),
        ];
}
