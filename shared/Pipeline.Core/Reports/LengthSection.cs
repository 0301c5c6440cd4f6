using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>How long the texts are, in tokens and in characters, and where the model stops reading.</summary>
internal static class LengthSection
{
    /// <summary>Writes it, where lengths are known.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        if (report.TokenLengths is null && report.CharacterLengths is null)
            return;
        page.Append("<section aria-labelledby=\"lengths\">\n<h2 id=\"lengths\">Lengths of the texts</h2>\n");
        if (report.TokenLengths is { } tokens)
        {
            if (report.Truncation is { } cut)
                page.Append($"<p>{Escape(Reading(cut))}</p>\n");
            Write(page, "tokens", tokens, report.Truncation?.MaxLength);
        }

        if (report.CharacterLengths is { } characters)
            Write(page, "characters", characters, limit: null);
        page.Append("</section>\n");
    }

    private static string Reading(Truncation cut) =>
        $"The model reads {Number(cut.MaxLength)} tokens of a text ({cut.Reason}). "
        + (cut.Texts == 0
            ? "No text is longer."
            : $"{Number(cut.Texts)} texts are longer; {Share(cut.ShareLost)} of all tokens is cut off.");

    private static void Write(StringBuilder page, string unit, LengthDistribution lengths, int? limit)
    {
        page.Append($"<h3>In {unit}</h3>\n<p>Half of the texts have at most {Number(lengths.Median)} {unit}, 95 of 100 at most {Number(lengths.Percentile95)}, the longest has {Number(lengths.Longest)}.</p>\n");
        page.Append(LengthChart.Draw(unit, lengths, limit));
        page.Append($"<details>\n<summary>Numbers</summary>\n<table class=\"numbers\">\n<thead><tr><th scope=\"col\">{unit}</th><th scope=\"col\">texts</th></tr></thead>\n<tbody>\n");
        foreach (var bar in lengths.Bars)
            page.Append($"<tr><th scope=\"row\">{Range(bar)}</th><td>{Number(bar.Texts)}</td></tr>\n");
        page.Append("</tbody>\n</table>\n</details>\n");
    }

    private static string Range(LengthBar bar) => bar.Below switch
    {
        null => $"{Number(bar.From)} and more",
        { } below when below == bar.From + 1 => Number(bar.From),
        { } below => $"{Number(bar.From)} to {Number(below - 1)}",
    };
}
