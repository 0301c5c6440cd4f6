using System.Text;
using Pipeline.Core.Costs;
using Pipeline.Core.Datasets;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>What a run is expected to take and to cost.</summary>
internal static class EstimateSection
{
    /// <summary>Writes it, where there is an estimate.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        if (report.Estimate is not { } estimate)
            return;
        page.Append($"<section aria-labelledby=\"estimate\">\n<h2 id=\"estimate\">What a run takes</h2>\n<p>{Escape(EstimateText.Sentence(estimate))}</p>\n<ul>\n");
        foreach (var note in estimate.Notes)
            page.Append($"<li>{Escape(note)}</li>\n");
        page.Append("</ul>\n</section>\n");
    }
}
