using Parquet;
using Pipeline.Core;
using Pipeline.Core.Datasets;

namespace Pipeline.UnitTests.Datasets;

public sealed class ParquetTests
{
    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Row_groups_are_read_one_after_the_other_and_numbers_serve_as_labels(CompressionMethod compression)
    {
        var file = await ParquetFiles.WithNumbers(["one", "two", null, "four"], [0, 1, 1, -1], compression);

        var (rows, findings) = Reading.Read("a.parquet", file);

        Assert.Equal([("one", "0", 1L), ("two", "1", 2L), ("four", "-1", 4L)], rows.Select(r => (r.Text, r.Labels[0], r.Line)));
        Assert.Equal(["empty-text"], findings.Select(f => f.Id));
    }

    [Fact]
    public async Task The_label_names_that_Hugging_Face_writes_beside_the_numbers_are_used()
    {
        const string Metadata = """{"info":{"features":{"label":{"names":["neg","pos"],"_type":"ClassLabel"}}}}""";

        var file = await ParquetFiles.WithNumbers(["bad", "good"], [0, 1], CompressionMethod.Snappy, Metadata);

        Assert.Equal(["neg", "pos"], Reading.Read("a.parquet", file).Rows.Select(r => r.Labels[0]));
    }

    [Fact]
    public async Task A_column_of_lists_is_multi_label()
    {
        var file = await ParquetFiles.WithLists(["one", "two", "three"], [["a", "b"], null, ["c"]]);

        Assert.Equal([["a", "b"], [], ["c"]], Reading.Read("a.parquet", file).Rows.Select(r => r.Labels));
        Assert.Equal(
            ProblemType.MultiLabelClassification,
            DatasetReader.Plan(new MemoryStream(file), DatasetFile.Parse("a.parquet"), new ReadingOptions(), new FindingLog()).Plan!.ProblemType);
    }

    [Fact]
    public async Task Columns_of_times_and_of_other_kinds_do_no_harm()
    {
        var file = await ParquetFiles.WithOtherColumns(["one", "two"], ["a", "b"]);

        Assert.Equal([("one", "a"), ("two", "b")], Reading.Read("a.parquet", file).Rows.Select(r => (r.Text, r.Labels[0])));
    }

    [Theory]
    [InlineData("at", "2026-01-02T03:04:05", "2026-01-02T03:04:06")]
    [InlineData("day", "2026-01-02", "2026-01-03")]
    [InlineData("id", "00000000-0000-0000-0000-000000000000", "00000001-0000-0000-0000-000000000000")]
    public async Task Times_and_identifiers_can_be_labels(string column, params string[] labels)
    {
        var file = await ParquetFiles.WithOtherColumns(["one", "two"], ["a", "b"]);

        Assert.Equal(labels, Reading.Read("a.parquet", file, new ReadingOptions { LabelColumn = column }).Rows.Select(r => r.Labels[0]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_sought_in_is_read_too()
    {
        var file = await ParquetFiles.WithNumbers(["one", "two"], [0, 1], CompressionMethod.Snappy);

        Assert.Equal(2, Reading.Read("a.parquet.gz", Reading.Gzip(file)).Rows.Count);
    }

    [Fact]
    public async Task A_damaged_file_is_rejected()
    {
        var file = await ParquetFiles.WithNumbers(["one", "two"], [0, 1], CompressionMethod.Snappy);

        Assert.Equal("damaged-parquet", Reading.Rejection("a.parquet", file[..^9]).Kind.Id);
        Assert.Equal("damaged-parquet", Reading.Rejection("a.parquet", "text,label\n"u8.ToArray()).Kind.Id);
    }

    // Found by fuzzing: the reader underneath loops over a footer of the wrong types.
    [Fact]
    public void A_footer_whose_fields_have_the_wrong_types_is_rejected()
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Corpus", "parquet", "damaged-footer.parquet"));

        Assert.Equal("damaged-parquet", Reading.Rejection("a.parquet", file).Kind.Id);
    }

    // Found by fuzzing: the reader underneath read on behind the pages, up to the end of the file and then for ever.
    [Fact]
    public void Pages_that_hold_fewer_values_than_they_say_are_rejected()
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Corpus", "parquet", "pages-without-values.parquet"));

        var rejection = Reading.Rejection("a.parquet", file);

        Assert.Equal("damaged-parquet", rejection.Kind.Id);
        Assert.Contains("fewer values", rejection.Message);
    }
}
