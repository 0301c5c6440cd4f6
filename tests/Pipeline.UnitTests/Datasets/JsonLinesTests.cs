namespace Pipeline.UnitTests.Datasets;

public sealed class JsonLinesTests
{
    [Fact]
    public void Each_object_is_a_row_and_numbers_serve_as_labels()
    {
        var (rows, findings) = Reading.Read("a.jsonl", "{\"text\":\"one\",\"label\":1}\n\n{\"label\":\"b\",\"text\":\"two\\nlines\"}\n");

        Assert.Equal([("one", "1", 1L), ("two\nlines", "b", 3L)], rows.Select(r => (r.Text, r.Labels[0], r.Line)));
        Assert.Empty(findings);
    }

    [Fact]
    public void A_line_that_is_no_object_is_left_out_and_found()
    {
        var (rows, findings) = Reading.Read("a.ndjson", "{\"text\":\"a\",\"label\":\"x\"}\n[1]\n{\"text\":\n{\"text\":\"b\",\"label\":null}\n{\"text\":\"\\ud800\",\"label\":\"x\"}\n");

        Assert.Single(rows);
        Assert.Equal(
            [("bad-json", 2L, 2L), ("missing-label", 1L, 4L), ("empty-text", 1L, 5L)],
            findings.Select(f => (f.Id, f.Count, f.Places[0].Line!.Value)));
    }

    // Found by fuzzing.
    [Theory]
    [InlineData("a.jsonl", "{0}\n")]
    [InlineData("a.json", "[{0}]")]
    public void A_property_whose_name_is_half_a_surrogate_pair_is_passed_over(string blob, string around)
    {
        var content = around.Replace("{0}", "{\"\\ud800\":1,\"te\\u0078t\":\"hello\",\"label\":\"x\"}", StringComparison.Ordinal);

        Assert.Equal("hello", Assert.Single(Reading.Read(blob, content).Rows).Text);
    }
}
