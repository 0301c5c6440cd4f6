using System.Text;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class TextFormatTests
{
    [Fact]
    public void A_JSON_array_is_rows_with_the_lines_they_begin_on()
    {
        var (rows, findings) = Reading.Read("a.json", "[{\"text\":\"one\",\"label\":1},\n  {\"label\":\"b\",\n\"text\":\"two\"}, 7,\n{\"text\":\"three\",\"label\":true}]");

        Assert.Equal([("one", "1", 1L), ("two", "b", 2L), ("three", "true", 4L)], rows.Select(r => (r.Text, r.Labels[0], r.Line)));
        Assert.Equal([("bad-json", 3L)], findings.Select(f => (f.Id, f.Places[0].Line!.Value)));
    }

    [Fact]
    public void Options_point_to_arrays_inside_a_document()
    {
        var options = new ReadingOptions { Records = new RecordPaths(("data.rows", Split.Train), ("held.out", Split.Test)) };
        var rows = Reading.Read(
            "a.json", "{\"about\":[1,{\"data\":[]}],\"data\":{\"n\":2,\"rows\":[{\"text\":\"one\",\"label\":\"a\"}]},\"held\":{\"out\":[{\"text\":\"two\",\"label\":\"b\"}]}}", options).Rows;

        Assert.Equal([("one", Split.Train), ("two", Split.Test)], rows.Select(r => (r.Text, r.GivenSplit!.Value)));
    }

    [Theory]
    [InlineData("{\"one\":[],\"two\":3}", null, "no-records", "'one', 'two'")]
    [InlineData("{\"train\":[{\"text\":\"a\",\"label\":\"b\"}]}", "rows", "no-records", "'rows'")]
    [InlineData("[{\"text\":\"a\",\"label\":\"b\"},\n{\"text\":]", null, "damaged-json", "invalid")]
    [InlineData("[{\"text\":\"a\",\"label\":\"b\"}", null, "damaged-json", "")]
    [InlineData(" \n", null, "empty-file", "")]
    public void A_document_without_rows_is_rejected(string json, string? records, string id, string hint)
    {
        var options = new ReadingOptions { Records = records is null ? null : new RecordPaths((records, null)) };
        var rejection = Assert.Throws<DatasetRejectedException>(() => Reading.Read("a.json", json, options));

        Assert.Equal(id, rejection.Kind.Id);
        Assert.Contains(hint, rejection.Message);
    }

    [Fact]
    public void A_large_JSON_array_is_read_in_the_memory_of_its_rows()
    {
        var row = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', 1_000)}\",\"label\":\"a\"}},\n");
        using var content = new RepeatedStream("["u8.ToArray(), row, 50_000, "{\"text\":\"end\",\"label\":\"b\"}]"u8.ToArray());
        var before = GC.GetTotalMemory(true);

        var rows = DatasetReader.Read(content, DatasetFile.Parse("a.json"), new ReadingOptions(), new FindingLog()).Count();

        Assert.Equal(50_001, rows);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 20_000_000);
    }

    [Fact]
    public void FastText_lines_have_one_label_or_several()
    {
        var single = Reading.Read("a.txt", "__label__x one two\nthree __label__y\n").Rows;
        var several = Reading.Read("a.txt", "__label__x __label__y one\n__label__z two\nnone\n").Rows;

        Assert.Equal([("one two", "x"), ("three", "y")], single.Select(r => (r.Text, r.Labels.Single())));
        Assert.Equal([["x", "y"], ["z"], []], several.Select(r => r.Labels));
    }

    [Fact]
    public void A_text_file_may_begin_each_line_with_its_label()
    {
        var rows = Reading.Read("a.txt", "NUM:dist How far ?\r\nLOC:city Where ?\r\nNUM:date When ?\r\nLOC:other Which ?\r\n", new ReadingOptions { LabelUntil = ":" }).Rows;

        Assert.Equal([("How far ?", "NUM"), ("Where ?", "LOC"), ("When ?", "NUM"), ("Which ?", "LOC")], rows.Select(r => (r.Text, r.Labels[0])));
        Assert.Equal("no-label-column", Reading.Rejection("a.txt", "It was a night.\nThe rain fell.\nHe slept on.\nNobody came.\n").Kind.Id);
        Assert.Equal("spam", Reading.Read("a.txt", "spam\tbuy it\nham\thello you\nspam\twin it\nham\tfine then\n").Rows[0].Labels[0]);
    }

    [Theory]
    [InlineData("utf-16", true, null)]
    [InlineData("utf-16BE", true, null)]
    [InlineData("utf-16", false, "utf-16le")]
    [InlineData("utf-16BE", false, "utf-16be")]
    [InlineData("latin1", false, "latin-1")]
    [InlineData("utf-8", true, "utf-8")]
    public void Encodings_are_known_by_byte_order_mark_or_by_option(string written, bool hasMark, string? option)
    {
        var encoding = Encoding.GetEncoding(written);
        byte[] content = [.. hasMark ? encoding.Preamble.ToArray() : [], .. encoding.GetBytes("text,label\ncafé,x\nnaïve,y\n")];

        Assert.Equal(["café", "naïve"], Reading.Read("a.csv", content, new ReadingOptions { Encoding = option }).Rows.Select(r => r.Text));
    }

    [Fact]
    public void Windows_1252_has_quotation_marks_and_the_euro_where_Latin_1_has_none()
    {
        byte[] content = [.. "text,label\n"u8, 0x93, (byte)'5', 0x80, 0x94, .. ",x\n"u8];

        Assert.Equal("“5€”", Reading.Read("a.csv", content, new ReadingOptions { Encoding = "windows-1252" }).Rows[0].Text);
        Assert.Equal("bad-options", Assert.Throws<DatasetRejectedException>(() => Reading.Read("a.csv", content, new ReadingOptions { Encoding = "koi8-r" })).Kind.Id);
    }

    [Theory]
    [InlineData("a.tsv.gz", "text\tlabel\nhello\tx\n")]
    [InlineData("a.jsonl.gz", "{\"text\":\"hello\",\"label\":\"x\"}\n")]
    [InlineData("a.json.gz", "[{\"text\":\"hello\",\"label\":\"x\"}]")]
    [InlineData("a.txt.gz", "__label__x hello\n")]
    public void Every_text_format_is_read_gzipped(string blob, string content) =>
        Assert.Equal("hello", Assert.Single(Reading.Read(blob, Reading.Gzip(content)).Rows).Text);

    // Found by fuzzing: the platform's reader ends in silence at what it cannot read behind a member, and the rest was lost.
    [Fact]
    public void What_lies_behind_the_end_of_a_gzip_file_is_not_lost_in_silence()
    {
        byte[] twice = [.. Reading.Gzip("text,label\nhello,x\n"), .. Reading.Gzip("world,y\n")];
        byte[] garbage = [.. Reading.Gzip("text,label\nhello,x\n"), 7, 7, 7, .. Reading.Gzip("world,y\n")];

        Assert.Equal(2, Reading.Read("a.csv.gz", twice).Rows.Count);
        Assert.Equal("damaged-gzip", Reading.Rejection("a.csv.gz", garbage).Kind.Id);
    }
}
