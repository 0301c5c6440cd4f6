using System.Text;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Inputs;

namespace Pipeline.UnitTests.Datasets;

/// <summary>Files of texts that are to be classified: no row is left out, and nothing needs a label.</summary>
public sealed class InputFileTests
{
    [Fact]
    public void A_table_needs_no_label_and_keeps_its_rows_as_they_stand()
    {
        var (rows, file) = Read("a.csv", "id;text;label\n1;\"two\nlines; and a \"\"quote\"\"\";ham\n2; plain ;\n");

        Assert.Equal(["id", "text", "label"], file.Header);
        Assert.Equal(new DelimitedForm(';', false), file.Form);
        Assert.Equal([(1L, 2L, "two\nlines; and a \"quote\""), (2L, 4L, " plain ")], rows.Select(r => (r.Number, r.Line, r.Text)));
        Assert.Equal(["1;\"two\nlines; and a \"\"quote\"\"\";ham", "2; plain ;"], rows.Select(Original));
    }

    [Fact]
    public void A_table_of_one_column_is_read()
    {
        var (rows, file) = Read("a.csv", "text\n\"hello, you\"\nbye\n");

        Assert.Equal(["text"], file.Header);
        Assert.Equal(["hello, you", "bye"], rows.Select(r => r.Text));
    }

    [Fact]
    public void Columns_without_names_are_numbered()
    {
        var (rows, file) = Read("a.tsv", "4711\tThe first one is here\n4712\tAnd then comes another, which is longer\n", new ReadingOptions { HasHeader = false });

        Assert.Equal(["1", "2"], file.Header);
        Assert.Equal(["The first one is here", "And then comes another, which is longer"], rows.Select(r => r.Text));
    }

    [Fact]
    public void Rows_that_cannot_be_classified_stand_in_their_place_with_the_reason()
    {
        var (rows, _) = Read("a.csv", [.. "id,text\n1,good\n2,  \n3,a,b\n4,b"u8, 0xE9, .. "d\n5,caf\u00E9\n"u8]);

        Assert.Equal([null, "empty-text", "ragged-row", "bad-encoding", null], rows.Select(r => r.Problem?.Code));
        Assert.Equal([2L, 3, 4, 5, 6], rows.Select(r => r.Line));
        Assert.Equal(["1,good", "2,  ", "3,a", "4,b\uFFFDd", "5,caf\u00E9"], rows.Select(Original));
        Assert.Contains("column 'text'", rows[1].Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_of_several_bytes_survive_wherever_a_read_ends()
    {
        var text = string.Concat(Enumerable.Repeat("a\u00E9\u4E2D\U0001F600", 60_000));

        // The last character is cut, so that every read goes the slow way.
        var (rows, _) = Read("a.txt", [.. Encoding.UTF8.GetBytes("first\n" + text + "\nlast "), 0xF0, 0x9F]);

        Assert.Equal("bad-encoding", rows[2].Problem!.Code);
        Assert.Equal("{\"text\":\"last \uFFFD\"}", Original(rows[2]));
        Assert.Equal(["first", text], rows.Take(2).Select(r => r.Text));
    }

    [Fact]
    public void Json_lines_may_be_objects_or_texts()
    {
        var (objects, _) = Read("a.jsonl", "{\"id\":1,\"text\":\"one\"}\n\n{\"id\":2}\nnonsense\n[\"two\"]\n");
        var (texts, _) = Read("a.jsonl", "\"one\"\n\"two\"\n");

        Assert.Equal([(1L, null), (3L, "empty-text"), (4L, "bad-json"), (5L, "bad-json")], objects.Select(r => (r.Line, r.Problem?.Code)));
        Assert.Equal("{\"id\":1,\"text\":\"one\"}", Original(objects[0]));
        Assert.Equal(["one", "two"], texts.Select(r => r.Text));
        Assert.Equal("{\"text\":\"two\"}", Original(texts[1]));
    }

    [Fact]
    public void A_json_document_gives_its_rows()
    {
        var (rows, _) = Read("a.json", "{\"data\": [{\"text\": \"one\",\n \"n\": 1},\n {\"text\": \"two\"}]}");

        Assert.Equal([("one", 1L), ("two", 3L)], rows.Select(r => (r.Text, r.Line)));
        Assert.Equal("{\"text\": \"one\",\n \"n\": 1}", Original(rows[0]));
    }

    [Fact]
    public void A_line_of_a_text_file_is_a_text_without_the_labels_it_may_have()
    {
        var (rows, _) = Read("a.txt", "hello there\n__label__ham see you\n");

        Assert.Equal(["hello there", "see you"], rows.Select(r => r.Text));
        Assert.Equal("{\"text\":\"__label__ham see you\"}", Original(rows[1]));
    }

    [Fact]
    public async Task Parquet_rows_carry_all_their_columns()
    {
        var content = await ParquetFiles.WithNumbers(["one", null, "three"], [7, 8, 9], Parquet.CompressionMethod.None);

        var (rows, _) = Read("a.parquet", content);

        Assert.Equal([null, "empty-text", null], rows.Select(r => r.Problem?.Code));
        Assert.Equal(["{\"text\":\"one\",\"label\":7}", "{\"text\":null,\"label\":8}", "{\"text\":\"three\",\"label\":9}"], rows.Select(Original));
    }

    [Fact]
    public void A_model_of_pairs_wants_two_columns_and_two_texts()
    {
        var (rows, _) = Read("a.csv", "premise,hypothesis\na,b\na,\n", hasPairs: true);

        Assert.Equal([("a", "b", null), ("", null, "pair-expected")], rows.Select(r => (r.Text, r.TextPair, r.Problem?.Code)));
        var rejected = Assert.Throws<DatasetRejectedException>(() => Read("a.csv", "text\na\n", hasPairs: true));
        Assert.Contains("text_pair_column", rejected.Message, StringComparison.Ordinal);
        // The other way round the columns mean nothing special.
        Assert.Null(Read("a.csv", "text,question1,question2\na,b,c\n").Rows[0].TextPair);
    }

    [Theory]
    [InlineData("a.csv", "id,text\n", "1,{0}\n")]
    [InlineData("a.jsonl", "", "{\"text\":\"{0}\"}\n")]
    public void A_large_file_is_read_in_the_memory_of_its_rows(string blob, string start, string row)
    {
        var piece = Encoding.UTF8.GetBytes(row.Replace("{0}", new string('x', 1_000), StringComparison.Ordinal));
        using var content = new RepeatedStream(Encoding.UTF8.GetBytes(start), piece, 100_000, []);
        var before = GC.GetTotalMemory(true);

        using var file = InputFile.Open(content, DatasetFile.ForModel(blob, "spam"), new ReadingOptions(), hasPairs: false);

        Assert.Equal(100_000, file.Rows.Count());
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 20_000_000);
    }

    [Fact]
    public void Packed_files_are_read()
    {
        var (rows, _) = Read("a.csv.gz", Reading.Gzip("text\none\n"));

        Assert.Equal("one", Assert.Single(rows).Text);
    }

    private static string Original(InputRow row) => Encoding.UTF8.GetString(row.Original.Span);

    private static (List<InputRow> Rows, InputFile File) Read(string blob, string content, ReadingOptions? options = null, bool hasPairs = false) =>
        Read(blob, Encoding.UTF8.GetBytes(content), options, hasPairs);

    private static (List<InputRow> Rows, InputFile File) Read(string blob, byte[] content, ReadingOptions? options = null, bool hasPairs = false)
    {
        using var file = InputFile.Open(new MemoryStream(content), DatasetFile.ForModel(blob, "spam"), options ?? new ReadingOptions(), hasPairs);
        return (file.Rows.ToList(), file);
    }
}
