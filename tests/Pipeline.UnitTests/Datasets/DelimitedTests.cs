using CsCheck;

namespace Pipeline.UnitTests.Datasets;

public sealed class DelimitedTests
{
    [Fact]
    public void A_quoted_field_may_hold_delimiters_quotes_and_line_breaks()
    {
        var (rows, findings) = Reading.Read("a.csv", "text,label\n\"one, \"\"two\"\"\nthree\",x\nfour,y\n");

        Assert.Equal([("one, \"two\"\nthree", "x", 2L), ("four", "y", 4L)], rows.Select(r => (r.Text, r.Labels[0], r.Line)));
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("text,label\nhello,x\n")]
    [InlineData("text;label\nhello;x\n")]
    [InlineData("text|label\r\nhello|x\r\n")]
    [InlineData("text\tlabel\rhello\tx")]
    [InlineData("\uFEFFtext,label\nhello,x")]
    [InlineData("\n\nid,Label,\"Text\"\n\n7,x,hello\n\n")]
    public void Delimiter_line_ends_byte_order_mark_and_order_of_columns_are_found(string content)
    {
        var row = Assert.Single(Reading.Read("a.csv", content).Rows);

        Assert.Equal(("hello", "x"), (row.Text, row.Labels[0]));
    }

    [Fact]
    public void In_a_tsv_a_lone_quote_is_a_character()
    {
        var (rows, _) = Reading.Read("a.tsv", "sentence\tlabel\n\"so it begins\t1\n\"whole, \"\"quoted\"\"\"\t0\n");

        Assert.Equal(["\"so it begins", "whole, \"quoted\""], rows.Select(r => r.Text));
    }

    [Fact]
    public void A_gzipped_file_reads_as_its_content()
    {
        Assert.Equal("hello", Reading.Read("a.csv.gz", Reading.Gzip("text,label\nhello,x\n")).Rows[0].Text);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_left_out_and_found_with_their_lines()
    {
        var (rows, findings) = Reading.Read("a.csv", "text,label\ngood,x\n,x\nno label,\none,two,three\n\"a\nb\",y\n  ,y\n");

        Assert.Equal([2L, 6L], rows.Select(r => r.Line));
        Assert.Equal(
            [("empty-text", 2L, new long?[] { 3, 8 }), ("missing-label", 1L, [4]), ("ragged-row", 1L, [5])],
            findings.Select(f => (f.Id, f.Count, f.Places.Select(p => p.Line).ToArray())));
    }

    [Fact]
    public void What_a_csv_writer_quotes_is_read_back()
    {
        var field = Gen.String[Gen.Char["ab \",;\n\t|é"], 0, 20].Select(s => "t" + s);
        Gen.Select(field, field).Array[1, 20].Sample(rows =>
        {
            var csv = "text,label\n" + string.Concat(rows.Select(r => $"{Quote(r.Item1)},{Quote(r.Item2)}\n"));
            var read = Reading.Read("a.csv", csv).Rows;
            Assert.Equal(rows.Select(r => (r.Item1, r.Item2.Trim())), read.Select(r => (r.Text, r.Labels[0])));
            Assert.All(read, r => Assert.StartsWith("\"t", csv.Split('\n')[(int)r.Line - 1]));
        });

        static string Quote(string s) => $"\"{s.Replace("\"", "\"\"")}\"";
    }
}
