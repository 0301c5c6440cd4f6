using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Datasets;

/// <summary>Real files as their authors publish them.</summary>
public sealed class RealFileTests
{
    [Theory]
    [InlineData("sst2/train.tsv", "{}", 60_614, 2)]
    [InlineData("sst2/dev.tsv", "{}", 6_735, 2)]
    [InlineData("sst2/test.tsv", "{}", 872, 2)]
    [InlineData("ag_news/train_subset.jsonl", "{}", 13_621, 4)]
    [InlineData("ag_news/test.csv", "{}", 7_600, 4)]
    [InlineData("sms_spam/sms.tsv", "{}", 5_574, 2)]
    [InlineData("trec6/train.txt", "{\"encoding\":\"latin-1\",\"label_until\":\":\"}", 5_452, 6)]
    [InlineData("trec6/test.txt", "{\"encoding\":\"latin-1\",\"label_until\":\":\"}", 500, 6)]
    [InlineData("trec6/train.txt", "{\"encoding\":\"latin-1\"}", 5_452, 50)]
    [InlineData("trec6/test.txt", "{\"encoding\":\"latin-1\"}", 500, 42)]
    [InlineData("reuters/r8_train.jsonl", "{}", 5_485, 8)]
    [InlineData("reuters/r8_test.jsonl", "{}", 2_189, 8)]
    [InlineData("reuters/r52_train.jsonl", "{}", 6_532, 52)]
    [InlineData("reuters/r52_test.jsonl", "{}", 2_568, 52)]
    [InlineData("imdb/train.jsonl.gz", "{}", 25_000, 2)]
    [InlineData("imdb/test.jsonl.gz", "{}", 25_000, 2)]
    public void Every_row_of_a_published_file_is_read_as_it_is(string path, string options, int rows, int labels)
    {
        var read = Read(path, options);

        Assert.Equal(rows, read.Count);
        Assert.Equal(labels, read.Select(r => Assert.Single(r.Labels)).Distinct().Count());
    }

    [Fact]
    public void AG_News_has_title_and_description_as_text_and_its_classes_as_names()
    {
        var classes = File.ReadAllLines(SharedFolder.Path("data/ag_news/classes.txt")).Where(l => l.Length > 0);
        var rows = Read("ag_news/test.csv", $"{{\"label_names\":[{string.Join(',', classes.Select(c => $"\"{c}\""))}]}}");

        Assert.Equal("Business", rows[0].Labels[0]);
        Assert.StartsWith("Fears for T N pension after talks\nUnions representing", rows[0].Text);
        Assert.All(rows.CountBy(r => r.Labels[0]), c => Assert.Equal(1_900, c.Value));
    }

    [Fact]
    public void SMS_Spam_has_its_label_in_front()
    {
        var rows = Read("sms_spam/sms.tsv", "{}");

        Assert.Equal([("ham", 4_827), ("spam", 747)], rows.CountBy(r => r.Labels[0]).Select(c => (c.Key, c.Value)).Order());
        Assert.StartsWith("Go until jurong point", rows[0].Text);
    }

    [Fact]
    public void TREC_has_the_counts_of_its_coarse_labels()
    {
        var rows = Read("trec6/train.txt", "{\"encoding\":\"latin-1\",\"label_until\":\":\"}");

        Assert.Equal(
            [("ABBR", 86), ("DESC", 1_162), ("ENTY", 1_250), ("HUM", 1_223), ("LOC", 835), ("NUM", 896)],
            rows.CountBy(r => r.Labels[0]).Select(c => (c.Key, c.Value)).OrderBy(c => c.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void CLINC_gives_its_arrays_as_splits_where_options_point_to_them()
    {
        var rows = Read(
            "clinc150/data_full.json",
            "{\"records\":{\"train\":[\"train\",\"oos_train\"],\"validation\":[\"val\",\"oos_val\"],\"test\":[\"test\",\"oos_test\"]}}");

        Assert.Equal(
            [(Split.Train, 15_100), (Split.Validation, 3_100), (Split.Test, 5_500)],
            rows.CountBy(r => r.GivenSplit!.Value).Select(c => (c.Key, c.Value)).Order());
        Assert.Equal(151, rows.Select(r => r.Labels[0]).Distinct().Count());
        Assert.Equal(1_200, rows.Count(r => r.Labels[0] == "oos"));
    }

    [Theory]
    [InlineData("reuters/modapte_train.jsonl", 9_603)]
    [InlineData("reuters/modapte_test.jsonl", 3_299)]
    public void Reuters_is_multi_label_by_itself(string path, int rows)
    {
        // A few stories have a title and no text; both columns together leave none of them out.
        var read = Read(path, "{\"text_column\":[\"title\",\"text\"]}");

        Assert.Equal(rows, read.Count);
        Assert.Contains(read, r => r.Labels.Count > 1);
        Assert.Contains(read, r => r.Labels.Count == 0);
    }

    private static List<DatasetRow> Read(string path, string options)
    {
        var file = SharedFolder.Path("data/" + path);
        var findings = new FindingLog();
        using var stream = File.OpenRead(file);
        var name = Path.GetFileName(path);
        var parsed = DatasetFile.Parse("real" + name[name.IndexOf('.', StringComparison.Ordinal)..]);
        var rows = DatasetReader.Read(stream, parsed, ReadingOptions.From(RunOptionsReader.FromJson(options, "options")), findings).ToList();
        Assert.DoesNotContain(findings.ToList(), f => f.Severity != FindingSeverity.Note);
        return rows;
    }
}
