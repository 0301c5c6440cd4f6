using System.Text;
using System.Text.Json;

namespace Pipeline.Benchmarks.FromScratch;

/// <summary>Reads public datasets from the files that they are published as, below one folder.</summary>
/// <param name="folder">Holds a folder for each dataset.</param>
internal sealed class PublicDatasets(string folder)
{
    /// <summary>The names that <see cref="Read"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ag_news", "r8", "trec6", "sms_spam", "sst2", "clinc150"];

    /// <summary>Reads a dataset. Where it has no validation split, a tenth of the training rows is one.</summary>
    /// <exception cref="ArgumentException">There is no dataset of that name.</exception>
    public LabelledSplits Read(string name) => name switch
    {
        "ag_news" => LabelledSplits.WithTenth(JsonLines("ag_news/train_subset.jsonl", "title", "text"), AgNewsTest()),
        "r8" => LabelledSplits.WithTenth(JsonLines("reuters/r8_train.jsonl", "title", "text"), JsonLines("reuters/r8_test.jsonl", "title", "text")),
        "trec6" => LabelledSplits.WithTenth(Trec("trec6/train.txt"), Trec("trec6/test.txt")),
        "sms_spam" => SmsSpam(),
        "sst2" => HeldOutSentences.Split([.. Sst2("sst2/train.tsv"), .. Sst2("sst2/dev.tsv")], Sst2("sst2/test.tsv")),
        "clinc150" => Clinc150(),
        _ => throw new ArgumentException($"There is no dataset '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    private List<LabelledRow> JsonLines(string file, params string[] columns) => [.. File.ReadLines(Of(file)).Select(line =>
    {
        using var row = JsonDocument.Parse(line);
        var parts = columns.Select(column => row.RootElement.GetProperty(column).GetString()).Where(part => !string.IsNullOrEmpty(part));
        return new LabelledRow(string.Join("\n", parts), row.RootElement.GetProperty("label").GetString()!);
    })];

    // "3","Title","Description", quotes never doubled inside. Most of the training rows have no title.
    private List<LabelledRow> AgNewsTest()
    {
        string[] classes = [.. File.ReadLines(Of("ag_news/classes.txt")).Where(line => line.Length > 0)];
        return [.. File.ReadLines(Of("ag_news/test.csv")).Select(line =>
        {
            var fields = line[1..^1].Split("\",\"", 3);
            return new LabelledRow(fields[1] + "\n" + fields[2], classes[int.Parse(fields[0]) - 1]);
        })];
    }

    private List<LabelledRow> Trec(string file) => [.. File.ReadLines(Of(file), Encoding.Latin1).Select(line =>
        new LabelledRow(line[(line.IndexOf(' ') + 1)..], line[..line.IndexOf(':')]))];

    private LabelledSplits SmsSpam()
    {
        const int train = 4_459;
        List<LabelledRow> rows = [.. File.ReadLines(Of("sms_spam/sms.tsv")).Select(line => line.Split('\t', 2)).Select(f => new LabelledRow(f[1], f[0]))];
        return LabelledSplits.WithTenth(rows[..train], rows[train..]);
    }

    private List<LabelledRow> Sst2(string file) =>
        [.. File.ReadLines(Of(file)).Skip(1).Select(line => line.Split('\t')).Select(f => new LabelledRow(f[0].Trim(), f[1]))];

    // Without the questions that belong to no intent.
    private LabelledSplits Clinc150()
    {
        using var all = JsonDocument.Parse(File.ReadAllText(Of("clinc150/data_full.json")));
        return new LabelledSplits(Rows("train"), Rows("val"), Rows("test"));

        List<LabelledRow> Rows(string split) => [.. all.RootElement.GetProperty(split).EnumerateArray().Select(r => new LabelledRow(r[0].GetString()!, r[1].GetString()!))];
    }

    private string Of(string file) => Path.Combine(folder, file);
}
