using Pipeline.Core.Datasets;
using Pipeline.Local.Display;

namespace Pipeline.UnitTests.Local;

public class ReportViewTests
{
    [Fact]
    public void A_finding_shows_its_place_its_meaning_and_its_fix()
    {
        var report = new ValidationReport
        {
            RunId = "r",
            Dataset = "x.csv",
            Accepted = false,
            RowsUsed = 0,
            RowsLeftOut = 2,
            Labels = [],
            Findings = [new Finding("unbalanced-quotes", FindingSeverity.Error, 2, [new FindingPlace(7, "\"see [1]"), new FindingPlace(null, "whole"), new FindingPlace(4, "x", "a.csv")], "Never closed.", "Close it.")],
        };

        Assert.Equal(
            [
                "\n[red]error[/] [bold]unbalanced-quotes[/] (2 times): Never closed.",
                "  line 7: [dim]\"see [[1]][/]",
                "  file: [dim]whole[/]",
                "  a.csv, line 4: [dim]x[/]",
                "  [bold]Fix:[/] Close it.",
            ],
            ReportView.Lines(report));
    }
}
