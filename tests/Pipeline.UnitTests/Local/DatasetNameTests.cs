using Pipeline.Local;
using Pipeline.Local.Cli;

namespace Pipeline.UnitTests.Local;

public class DatasetNameTests
{
    [Theory]
    [InlineData("/home/me/My Reviews (2).CSV", null, "my-reviews-2.csv")]
    [InlineData("reviews.jsonl.gz", null, "reviews.jsonl.gz")]
    [InlineData("reviews.tsv", "toys", "toys.tsv")]
    [InlineData("评论.csv", null, "dataset.csv")]
    public void A_file_is_named_to_fit(string file, string? name, string blob) => Assert.Equal(blob, DatasetName.For(file, name).Blob);

    [Theory]
    [InlineData("reviews.xlsx", null)]
    [InlineData("reviews.gz", null)]
    [InlineData("reviews.pdf", null)]
    [InlineData("reviews.csv", "Toys!")]
    public void What_cannot_be_named_is_refused_with_a_way_out(string file, string? name) =>
        Assert.NotEmpty(Assert.Throws<LocalException>(() => DatasetName.For(file, name)).Fix);

    [Fact]
    public void Options_lie_beside_the_data() => Assert.Equal("reviews.options.json", DatasetName.For("reviews.csv.gz", null).OptionsBlob);
}
