using Pipeline.Core.Datasets;
using Pipeline.Core.Findings;

namespace Pipeline.UnitTests.Findings;

public sealed class LabelCheckTests
{
    [Fact]
    public void Spellings_of_a_label_are_named_with_their_rows()
    {
        var finding = Assert.Single(Check(new("Sci/Tech", 100, 90, 2), new("sci/tech", 20, 20, 7), new("World", 50, 50, 3)));

        Assert.Equal(("label-variants", 7L), (finding.Id, finding.Places[0].Line!.Value));
        Assert.Equal("'Sci/Tech' (100 rows, first on line 2), 'sci/tech' (20 rows, first on line 7)", finding.Places[0].Excerpt);
    }

    [Theory]
    [InlineData("new york", "New_York", true)]
    [InlineData("e-mail", "Email", true)]
    [InlineData("-1", "1", false)]
    [InlineData("C", "C++", false)]
    [InlineData("_", "-", false)]
    public void Case_spaces_and_joins_make_no_other_label(string one, string other, bool same) =>
        Assert.Equal(same, LabelVariants.Groups([new(one, 50, 50), new(other, 50, 50)]).Count == 1);

    [Fact]
    public void The_most_frequent_spelling_stands_for_all() =>
        Assert.Equal(
            [new("SPAM", "spam"), new("Spam", "spam")],
            LabelVariants.Canonical([new("spam", 9, 9), new("Spam", 5, 5), new("SPAM", 1, 1), new("ham", 1, 1)]).OrderBy(p => p.Key, StringComparer.Ordinal));

    [Theory]
    [InlineData(960, 40, true)]
    [InlineData(940, 60, false)]
    public void A_label_with_nearly_all_rows_is_noted(int rows, int others, bool noted) =>
        Assert.Equal(noted, Check(new("ham", rows, rows), new("spam", others, others)).Any(f => f.Id == "imbalanced-labels"));

    [Fact]
    public void Small_classes_are_named_the_smallest_first()
    {
        var finding = Assert.Single(Check(new("big", 50, 50), new("b", 9, 9, 4), new("a", 7, 1, 3)));

        Assert.Equal(["'a' has 1 different text", "'b' has 9 different texts"], finding.Places.Select(p => p.Excerpt));
    }

    private static IReadOnlyList<Finding> Check(params LabelTally[] labels)
    {
        var findings = new FindingLog();
        LabelCheck.Note(findings, labels);
        return findings.ToList();
    }
}
