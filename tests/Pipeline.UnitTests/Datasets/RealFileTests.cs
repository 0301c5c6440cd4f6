using Pipeline.Core.Datasets;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Datasets;

/// <summary>Real files as their authors publish them.</summary>
public sealed class RealFileTests
{
    [Theory]
    [InlineData("sst2/train.tsv", 2)]
    [InlineData("sst2/dev.tsv", 2)]
    [InlineData("ag_news/train_subset.jsonl", 4)]
    public void Every_row_of_a_published_file_is_read(string path, int labels)
    {
        var file = SharedFolder.Path("data/" + path);
        var findings = new FindingLog();
        using var stream = File.OpenRead(file);
        var rows = DatasetReader.Read(stream, DatasetFile.Parse("real" + Path.GetExtension(path)), new ReadingOptions(), findings).ToList();

        var header = path.EndsWith(".tsv", StringComparison.Ordinal) ? 1 : 0;
        Assert.Empty(findings.ToList());
        Assert.Equal(File.ReadLines(file).Count() - header, rows.Count);
        Assert.Equal(labels, rows.Select(r => r.Labels[0]).Distinct().Count());
    }
}
