using System.Globalization;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

/// <summary>The label column of a regression.</summary>
public sealed class TargetTests
{
    private static readonly ReadingOptions Regression = new() { ProblemType = ProblemType.Regression };

    [Theory]
    [InlineData("4.5", 4.5f)]
    [InlineData("-0.25", -0.25f)]
    [InlineData("1e3", 1000f)]
    [InlineData(" 7 ", 7f)]
    [InlineData("-0", 0f)]
    public void A_number_is_read_in_any_culture_the_same(string field, float expected)
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
        CultureInfo.CurrentCulture = comma;
        try
        {
            var row = Assert.Single(Read("a.csv", $"text,label\nhello there,{field}\n").Rows);
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(row.Target!.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("four", "target-no-number")]
    [InlineData("4 stars", "target-no-number")]
    [InlineData("50%", "target-no-number")]
    [InlineData("4,5", "target-comma")]
    [InlineData("1.234,5", "target-comma")]
    [InlineData("NaN", "target-not-finite")]
    [InlineData("-inf", "target-not-finite")]
    [InlineData("Infinity", "target-not-finite")]
    [InlineData("1e39", "target-not-finite")]
    [InlineData("1e400", "target-not-finite")]
    [InlineData("", "missing-label")]
    public void What_is_no_number_is_left_out_with_its_line(string field, string id)
    {
        var (rows, findings) = Read("a.csv", $"text;label\nhello there;1\nbroken;{field}\nlast one;2\n");

        Assert.Equal([1f, 2f], rows.Select(r => r.Target!.Value));
        var finding = Assert.Single(findings.ToList());
        Assert.Equal((id, 3L), (finding.Id, finding.Places[0].Line));
        Assert.Contains("broken", finding.Places[0].Excerpt);
    }

    [Fact]
    public void Numbers_are_read_from_every_format()
    {
        Assert.Equal([0.5f, 2f], Targets("a.jsonl", "{\"text\":\"one two\",\"score\":0.5}\n{\"text\":\"three four\",\"score\":\"2\"}\n"));
        Assert.Equal([0.5f, 2f], Targets("a.json", "[{\"text\":\"one two\",\"label\":0.5},{\"text\":\"three four\",\"label\":2}]"));
        Assert.Equal([0.5f, 2f], Targets("a.tsv", "0.5\tone two\n2\tthree four\n"));
        Assert.Equal([0.5f, 2f], Targets("a.txt", "__label__0.5 one two\n__label__2 three four\n"));
        Assert.Equal([0.5f, 2f, 3.5f, 4f, 5f], Targets("a.txt", "0.5 one two\n2 three four\n3.5 five\n4 six\n5 seven\n"));
    }

    [Fact]
    public void The_one_column_of_numbers_is_the_target_where_no_name_tells()
    {
        Assert.Equal([3f, 8f, 1f, 9f], Targets("a.csv", "remark,how much\nthe first of them,3\nthe second,8\nand the third one,1\nfour,9\n"));

        var error = Assert.Throws<DatasetRejectedException>(() => Targets("a.csv", "remark,how much,nr\nthe first of them,3,1\nthe second,8,2\n"));
        Assert.Equal("no-label-column", error.Kind.Id);
    }

    [Fact]
    public void A_score_is_preferred_to_a_label_beside_it() =>
        Assert.Equal([3f, 8f], Targets("a.csv", "text,label,score\nthe first,a,3\nthe second,b,8\n"));

    [Fact]
    public void Without_the_option_numbers_are_labels_as_ever()
    {
        var row = DatasetReader.Read(Utf8("text,label\nhello there,4.5\n"), DatasetFile.Parse("a.csv"), new ReadingOptions(), new FindingLog()).Single();

        Assert.Null(row.Target);
        Assert.Equal(["4.5"], row.Labels);
    }

    private static IEnumerable<float> Targets(string blob, string content) => Read(blob, content).Rows.Select(r => r.Target!.Value);

    private static (List<DatasetRow> Rows, FindingLog Findings) Read(string blob, string content)
    {
        var findings = new FindingLog();
        return ([.. DatasetReader.Read(Utf8(content), DatasetFile.Parse(blob), Regression, findings)], findings);
    }

    private static MemoryStream Utf8(string content) => new(Encoding.UTF8.GetBytes(content));
}
