using System.Xml.Linq;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;
using Pipeline.Core.Reports;

namespace Pipeline.UnitTests.Findings;

public sealed class HtmlReportTests
{
    private const string Hostile = "</td></svg></title><script>alert('x')</script>\"' onload=\"x\" <img src=x onerror=y>&amp;\u202E\u0007";

    [Fact]
    public void Hostile_names_and_excerpts_are_shown_and_do_nothing()
    {
        var page = HtmlReport.Render(Report(Hostile));

        var elements = Body(page).Descendants().ToList();
        Assert.DoesNotContain(elements, e => e.Name.LocalName is "script" or "img");
        Assert.DoesNotContain(elements.SelectMany(e => e.Attributes()), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain('\u202E', page);
        Assert.Contains("&lt;script&gt;", page);
        Assert.Contains("default-src 'none'", page);
    }

    [Fact]
    public void The_page_needs_nothing_from_anywhere()
    {
        var page = HtmlReport.Render(Report("x.csv"));

        Assert.DoesNotContain(
            Body(page).DescendantsAndSelf().Attributes(),
            a => a.Name.LocalName is "src" or "data" or "srcset" || (a.Name.LocalName == "href" && !a.Value.StartsWith('#')));
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("@import", page);
        Assert.Contains("prefers-color-scheme: dark", page);
    }

    [Fact]
    public void Labels_lengths_copies_languages_and_findings_are_on_it()
    {
        var text = Body(HtmlReport.Render(Report("x.csv"))).Value;

        foreach (var wanted in (string[])["accepted", "empty-text", "3 times", "line 7", "Fix:", "ham 0", "120", "the model reads 64", "Half of the texts have at most", "English", "nearly the same text"])
            Assert.Contains(wanted, text);
    }

    [Fact]
    public void Every_finding_has_an_address_and_every_chart_a_name()
    {
        var body = Body(HtmlReport.Render(Report("x.csv")));

        Assert.Contains(body.Descendants(), e => (string?)e.Attribute("id") == "empty-text");
        Assert.All(body.Descendants().Where(e => e.Name.LocalName == "svg"), e =>
            Assert.True(e.Attribute("aria-label") is not null || (string?)e.Attribute("aria-hidden") == "true"));
    }

    [Fact]
    public void A_rejected_dataset_says_what_has_to_be_mended()
    {
        var log = new FindingLog();
        log.Add(FindingKind.UnbalancedQuotes, 3, "\"open");
        var text = Body(HtmlReport.Render(ValidationReport.Rejected("r", "x.csv", log.ToList()))).Value;

        Assert.Contains("rejected", text);
        Assert.Contains("Close the quote", text);
        Assert.DoesNotContain("Labels", text);
    }

    [Fact]
    public void A_regression_has_the_spread_of_its_numbers_in_place_of_labels()
    {
        var tally = new TargetTally();
        for (var i = 0; i < 240; i++)
            tally.Add(i / 4f);
        var report = Report("x.csv") with
        {
            ProblemType = ProblemType.Regression,
            Labels = [],
            Target = tally.Distribution() with { Means = new Dictionary<string, double> { ["train"] = 29.5 } },
        };

        var body = Body(HtmlReport.Render(report));

        foreach (var wanted in (string[])["goes from 0 to 59.75", "lie between 14.75 and 44.75", "mean of train", "29.5", "192 rows to train on", "target, median", "the same text, another number"])
            Assert.Contains(wanted, body.Value);
        Assert.DoesNotContain("Labels", body.Value);
        Assert.Contains(body.Descendants(), e => ((string?)e.Attribute("aria-label"))?.StartsWith("Number of rows by target", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Many_labels_are_folded_and_none_is_lost()
    {
        var report = Report("x.csv") with { Labels = [.. Enumerable.Range(0, 150).Select(i => new LabelReport($"intent {i}", 120, 15, 15))] };
        var body = Body(HtmlReport.Render(report));

        Assert.Equal(150, body.Descendants().Count(e => e.Name.LocalName == "th" && e.Value.StartsWith("intent ", StringComparison.Ordinal)));
        Assert.Contains("125 more labels", body.Value);
    }

    // What stands between the tags of body is written so that an XML parser takes it: every tag is closed.
    private static XElement Body(string page)
    {
        var from = page.IndexOf("<body>", StringComparison.Ordinal);
        return XElement.Parse(page[from..(page.IndexOf("</body>", StringComparison.Ordinal) + "</body>".Length)]);
    }

    private static ValidationReport Report(string name)
    {
        var findings = new FindingLog();
        findings.Add(FindingKind.EmptyText, 3, [new FindingPlace(7, name, name), new FindingPlace(8, name)]);
        findings.Add(FindingKind.Markup, null, name);
        var lengths = new LengthCounts();
        for (var i = 0; i < 200; i++)
            lengths.Add(i);
        return new ValidationReport
        {
            RunId = name,
            Dataset = name,
            Accepted = true,
            ProblemType = ProblemType.SingleLabelClassification,
            RowsUsed = 240,
            RowsLeftOut = 3,
            Splits = new Dictionary<string, int> { ["train"] = 192, ["validation"] = 24, ["test"] = 24 },
            Labels = [new LabelReport(name, 96, 12, 12), new LabelReport("ham 0", 96, 12, 12)],
            TokenLengths = lengths.Distribution(),
            CharacterLengths = lengths.Distribution(),
            Truncation = new Truncation(64, name, 5, 0.01),
            Duplicates = new DuplicateCounts(1, 2, 3, 4, 5),
            Languages = [new LanguageShare("English", 200), new LanguageShare(name, 1)],
            Findings = findings.ToList(),
        };
    }
}
