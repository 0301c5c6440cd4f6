using System.Text;
using Pipeline.Core.Datasets;
using static Pipeline.Core.Reports.HtmlText;

namespace Pipeline.Core.Reports;

/// <summary>The labels, the most frequent first, each with its rows in the three splits as a bar and as numbers.</summary>
internal static class LabelTable
{
    // More are folded away.
    private const int Shown = 25;
    private const double Width = 1000;

    /// <summary>Writes it, where there are labels.</summary>
    public static void Write(StringBuilder page, ValidationReport report)
    {
        if (report.Labels.Count == 0)
            return;
        var labels = report.Labels.OrderByDescending(Rows).ThenBy(l => l.Name, StringComparer.Ordinal).ToList();
        var most = Math.Max(1, Rows(labels[0]));
        var splits = report.Splits.Count == 0
            ? ""
            : $" {string.Join(", ", report.Splits.Select(s => $"{Number(s.Value)} rows {(s.Key == "train" ? "to train on" : $"in {s.Key}")}"))}.";
        page.Append("<section aria-labelledby=\"labels\">\n<h2 id=\"labels\">Labels</h2>\n");
        page.Append($"<p>{Escape(Summary(labels, report) + splits)}</p>\n");
        page.Append("<p class=\"legend\"><span class=\"key train\"></span>train <span class=\"key validation\"></span>validation <span class=\"key test\"></span>test</p>\n");
        WriteRows(page, labels.Take(Shown), most);
        if (labels.Count > Shown)
        {
            page.Append($"<details>\n<summary>{Number(labels.Count - Shown)} more labels, down to {Number(Rows(labels[^1]))} rows</summary>\n");
            WriteRows(page, labels.Skip(Shown), most);
            page.Append("</details>\n");
        }

        page.Append("</section>\n");
    }

    private static long Rows(LabelReport label) => (long)label.Train + label.Validation + label.Test;

    private static string Summary(List<LabelReport> labels, ValidationReport report)
    {
        var (most, least) = (labels[0], labels[^1]);
        return $"'{most.Name}' has {Share((double)Rows(most) / Math.Max(1, report.RowsUsed))} of the rows, '{least.Name}' {Share((double)Rows(least) / Math.Max(1, report.RowsUsed))}.";
    }

    private static void WriteRows(StringBuilder page, IEnumerable<LabelReport> labels, long most)
    {
        page.Append("<table class=\"labels\">\n<thead><tr><th scope=\"col\">label</th><th scope=\"col\" class=\"bar\"><span class=\"hidden\">distribution</span></th><th scope=\"col\">rows</th><th scope=\"col\">train</th><th scope=\"col\">val.</th><th scope=\"col\">test</th></tr></thead>\n<tbody>\n");
        foreach (var label in labels)
        {
            page.Append($"<tr><th scope=\"row\">{Quote(label.Name)}</th><td class=\"bar\">{Bar(label, most)}</td><td><strong>{Number(Rows(label))}</strong></td><td>{Number(label.Train)}</td><td>{Number(label.Validation)}</td><td>{Number(label.Test)}</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static string Bar(LabelReport label, long most)
    {
        var (train, validation, test) = (Width * label.Train / most, Width * label.Validation / most, Width * label.Test / most);
        return $"<svg viewBox=\"0 0 {Width} 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
            + $"<rect class=\"train\" width=\"{Place(train)}\" height=\"16\"/>"
            + $"<rect class=\"validation\" x=\"{Place(train)}\" width=\"{Place(validation)}\" height=\"16\"/>"
            + $"<rect class=\"test\" x=\"{Place(train + validation)}\" width=\"{Place(test)}\" height=\"16\"/></svg>";
    }
}
