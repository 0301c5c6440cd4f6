using Pipeline.Core;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class ColumnTests
{
    [Fact]
    public void Without_a_header_the_few_short_values_are_the_label_and_the_sentences_are_joined()
    {
        var (rows, findings) = Reading.Read(
            "a.csv", "\"3\",\"A title of some words\",\"A longer story, about it all\"\n\"1\",\"Another title\",\"Another story that is longer\"\n"
                + "\"3\",\"The third one here\",\"It goes on and on\"\n\"1\",\"Fourth of them is this\",\"And here it comes to its end\"\n");

        Assert.Equal("A title of some words\nA longer story, about it all", rows[0].Text);
        Assert.Equal(["3", "1", "3", "1"], rows.Select(r => r.Labels[0]));
        var note = Assert.Single(findings);
        Assert.Equal(("columns-by-content", FindingSeverity.Note), (note.Id, note.Severity));
        Assert.Contains("label is column '1' (2 different values", note.Places[0].Excerpt);
        Assert.Contains("text is column '2' and column '3'", note.Places[0].Excerpt);
    }

    [Fact]
    public void Names_that_do_not_tell_are_made_up_for_by_content()
    {
        var rows = Reading.Read("a.csv", "nr,what,mood\n1,I like it very much,good\n2,No I do not,bad\n3,Well it is fine,good\n4,Never again please,bad\n").Rows;

        Assert.Equal([("I like it very much", "good"), ("No I do not", "bad")], rows.Take(2).Select(r => (r.Text, r.Labels[0])));
    }

    [Fact]
    public void Columns_without_names_are_chosen_by_number()
    {
        var options = new ReadingOptions { HasHeader = false, TextColumns = new NameList("3"), LabelColumn = "2" };
        var row = Assert.Single(Reading.Read("a.csv", "7,x,hello\n", options).Rows);

        Assert.Equal(("hello", "x"), (row.Text, row.Labels[0]));
    }

    [Fact]
    public void Several_text_columns_are_joined_in_the_order_of_the_option()
    {
        var options = new ReadingOptions { TextColumns = new NameList("title", "body") };

        Assert.Equal(
            ["T\nB", "only"],
            Reading.Read("a.jsonl", "{\"body\":\"B\",\"title\":\"T\",\"label\":1}\n{\"body\":\"only\",\"label\":1}\n", options).Rows.Select(r => r.Text));
    }

    [Theory]
    [InlineData("sentence1", "sentence2")]
    [InlineData("premise", "hypothesis")]
    [InlineData("Question 1", "question_2")]
    public void Pairs_of_texts_are_known_by_their_names(string first, string second)
    {
        var row = Assert.Single(Reading.Read("a.tsv", $"id\t{first}\t{second}\tlabel\n1\tone\ttwo\tx\n").Rows);

        Assert.Equal(("one", "two", "x"), (row.Text, row.TextPair, row.Labels[0]));
    }

    [Fact]
    public void A_second_text_is_named_by_option_and_must_be_there()
    {
        var (rows, findings) = Reading.Read("a.csv", "a,b,label\none,two,x\nthree,,x\n", new ReadingOptions { TextColumns = "a", TextPairColumn = "b" });

        Assert.Equal("two", Assert.Single(rows).TextPair);
        Assert.Equal(["empty-text"], findings.Select(f => f.Id));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"one\",\"labels\":[\"b\",\"a\",\"b\"]}\n{\"text\":\"two\",\"labels\":[]}\n", null)]
    [InlineData("a.csv", "text,labels\none,\"[\"\"b\"\", \"\"a\"\"]\"\ntwo,[]\n", null)]
    [InlineData("a.csv", "text,labels\none,\"['b', 'a']\"\ntwo,[]\n", null)]
    [InlineData("a.csv", "text,labels\none,b|a\ntwo,\n", "|")]
    [InlineData("a.jsonl", "{\"text\":\"one\",\"labels\":\"b; a\"}\n{\"text\":\"two\",\"labels\":\"\"}\n", ";")]
    public void Lists_of_labels_make_a_dataset_multi_label_and_none_is_valid(string blob, string content, string? separator)
    {
        var (rows, findings) = Reading.Read(blob, content, new ReadingOptions { LabelSeparator = separator });

        Assert.Equal([["b", "a"], []], rows.Select(r => r.Labels));
        Assert.Empty(findings);
    }

    [Fact]
    public void A_list_in_a_dataset_of_single_labels_is_left_out_and_found()
    {
        var (rows, findings) = Reading.Read(
            "a.jsonl", "{\"text\":\"one\",\"label\":[\"a\"]}\n{\"text\":\"two\",\"label\":[\"a\",\"b\"]}\n",
            new ReadingOptions { ProblemType = ProblemType.SingleLabelClassification });

        Assert.Equal("a", Assert.Single(rows).Labels[0]);
        Assert.Equal([("several-labels", 2L)], findings.Select(f => (f.Id, f.Places[0].Line!.Value)));
    }

    [Theory]
    [InlineData("0,1,2", "a,b,c")]
    [InlineData("3,1,2", "c,a,b")]
    [InlineData("1,1,2", "a,a,b")]
    [InlineData("b,a,c", "b,a,c")]
    public void Numbers_of_labels_become_names_counted_from_0_or_1(string labels, string names)
    {
        var csv = "text,label\n" + string.Concat(labels.Split(',').Select(l => $"hello,{l}\n"));

        Assert.Equal(names, string.Join(',', Reading.Read("a.csv", csv, new ReadingOptions { LabelNames = new NameList("a", "b", "c") }).Rows.Select(r => r.Labels[0])));
    }

    [Fact]
    public void A_number_without_a_name_is_an_error_with_its_line()
    {
        var rejection = Assert.Throws<DatasetRejectedException>(() =>
            Reading.Read("a.csv", "text,label\none,0\ntwo,3\n", new ReadingOptions { LabelNames = new NameList("a", "b", "c") }));

        Assert.Equal(("label-out-of-range", 3L), (rejection.Kind.Id, rejection.Line!.Value));
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n2,5;y\n", ';')]
    [InlineData("text|label\n\"a;b\",c|x\nd,e|y\n", '|')]
    [InlineData("\"one, two; three\";x\n\"four\";y\n\"five; six\";x\n", ';')]
    public void The_delimiter_is_what_splits_all_records_alike(string csv, char delimiter) =>
        Assert.Equal(
            delimiter,
            DatasetReader.Plan(
                new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv)), DatasetFile.Parse("a.csv"),
                new ReadingOptions { TextColumns = csv.StartsWith("text", StringComparison.Ordinal) ? "text" : "1", LabelColumn = csv.StartsWith("text", StringComparison.Ordinal) ? "label" : "2", HasHeader = csv.StartsWith("text", StringComparison.Ordinal) },
                new FindingLog()).Plan!.Delimiter);

    [Fact]
    public void Quotes_may_be_escaped_with_a_backslash()
    {
        var rows = Reading.Read("a.csv", "text,label\n\"he said \\\"hi\\\", twice\",x\n\"no\",y\n").Rows;

        Assert.Equal(["he said \"hi\", twice", "no"], rows.Select(r => r.Text));
    }

    [Fact]
    public void A_tsv_field_in_quotes_may_span_lines()
    {
        var (rows, findings) = Reading.Read("a.tsv", "text\tlabel\n\"one\ntwo\tthree\"\tx\n\"alone\ty\n");

        Assert.Equal([("one\ntwo\tthree", 2L), ("\"alone", 4L)], rows.Select(r => (r.Text, r.Line)));
        Assert.Empty(findings);
    }

    [Fact]
    public void A_part_of_a_file_is_read_by_the_plan_of_its_beginning()
    {
        var csv = "label;text\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i % 3};text, number {i}\n"));
        var cut = csv.IndexOf("number 50", StringComparison.Ordinal) + "number 50\n".Length;
        var file = DatasetFile.Parse("a.csv");
        var options = DatasetReader.Plan(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv)), file, new ReadingOptions(), new FindingLog());

        var first = Reading.Read("a.csv", csv[..cut], options).Rows;
        var second = Reading.Read("a.csv", csv[cut..], options with { Plan = options.Plan! with { HasHeader = false } }).Rows;

        Assert.Equal(Reading.Read("a.csv", csv).Rows.Select(r => r.Text), first.Concat(second).Select(r => r.Text));
        // It goes to other machines as JSON.
        var json = System.Text.Json.JsonSerializer.Serialize(options, PipelineJson.Compact);
        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Deserialize<ReadingOptions>(json, PipelineJson.Compact), PipelineJson.Compact));
    }
}
