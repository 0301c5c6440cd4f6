using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Datasets.Rows;
using Pipeline.Core.Findings;
using Pipeline.Core.Runs;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Findings;

/// <summary>What is found in real files, which were looked through by eye: no more false alarms, and nothing overlooked, from one version to the next.</summary>
public sealed partial class RealFindingsTests
{
    [Theory]
    [InlineData("sms_spam/sms.tsv", "{}", "markup 309, mojibake 35, near-duplicate 117, no-words 3")]
    [InlineData("trec6/train.txt", "{\"encoding\":\"latin-1\",\"label_until\":\":\"}", "near-duplicate 10")]
    [InlineData("ag_news/test.csv", "{}", "markup 2221, mixed-languages 1, near-duplicate 16")]
    [InlineData("reuters/r8_train.jsonl", "{}", "near-duplicate 43")]
    [InlineData("sst2/test.tsv", "{}", "")]
    public void What_is_found_in_a_published_file(string path, string options, string expected)
    {
        var (rows, findings) = Inspect(path, options);

        Assert.NotEmpty(rows);
        Assert.Equal(expected, string.Join(", ", findings.ToList().OrderBy(f => f.Id, StringComparer.Ordinal).Select(f => $"{f.Id} {f.Count}")));
    }

    [Fact]
    public void Near_copies_of_a_real_file_are_as_similar_as_the_estimate_says()
    {
        var rows = Read("sms_spam/sms.tsv", "{}").ToDictionary(r => r.Number);
        var copies = Copies([.. rows.Values]);

        Assert.NotEmpty(copies.First);
        Assert.All(copies.First, pair =>
            Assert.InRange(Jaccard(rows[pair.Copy.Row].Text, rows[pair.Original.Row].Text), pair.Similarity - 0.2, pair.Similarity + 0.2));
    }

    private static (IReadOnlyList<DatasetRow> Rows, FindingLog Findings) Inspect(string path, string options)
    {
        var rows = Read(path, options);
        var findings = new FindingLog();
        var inspector = new RowInspector(findings);
        foreach (var row in rows)
            inspector.Take(row, RowCheck.Of(row, TextHash.Of(row.Text)));
        inspector.Statistics.Languages.Note(findings);
        Copies(rows).Note(findings);
        return (rows, findings);
    }

    private static NearCopies Copies(IReadOnlyList<DatasetRow> rows)
    {
        using var file = ScratchFile.Create();
        var inspector = new RowInspector(new FindingLog(), file);
        foreach (var row in rows)
            inspector.Take(row, RowCheck.Of(row, TextHash.Of(row.Text)));
        return NearDuplicates.Find([new SignatureFile(file, 0, new PartPlace(null, 0))], cancellationToken: TestContext.Current.CancellationToken);
    }

    private static List<DatasetRow> Read(string path, string options)
    {
        using var stream = File.OpenRead(SharedFolder.Path("data/" + path));
        var file = DatasetFile.Parse("real" + Path.GetExtension(path));
        return [.. DatasetReader.Read(stream, file, ReadingOptions.From(RunOptionsReader.FromJson(options, "a test")), new FindingLog())];
    }

    private static double Jaccard(string one, string other)
    {
        var (a, b) = (Sequences(one), Sequences(other));
        return (double)a.Intersect(b).Count() / a.Union(b).Count();
    }

    private static HashSet<string> Sequences(string text)
    {
        var words = Word().Matches(text.ToLowerInvariant()).Select(m => m.Value).ToArray();
        return words.Length < 3
            ? [string.Join(' ', words)]
            : [.. Enumerable.Range(0, words.Length - 2).Select(i => string.Join(' ', words[i..(i + 3)]))];
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex Word();
}
