using Pipeline.Core;
using Pipeline.Core.Baselines;
using Pipeline.Core.Datasets;

namespace Pipeline.Benchmarks.Baselines;

/// <summary>A dataset of the reference folder with its standard split. Where it has no validation split, every tenth training row is one.</summary>
internal sealed record ReferenceDataset(
    string Name,
    ProblemType Problem,
    IReadOnlyList<string> Labels,
    IReadOnlyList<LabelledText> Train,
    IReadOnlyList<LabelledText> Validation,
    IReadOnlyList<LabelledText> Test)
{
    // The first rows of the SMS file are trained on.
    private const int SmsTrainingRows = 4_459;

    /// <summary>The names that <see cref="Load"/> knows.</summary>
    public static string[] Names { get; } = ["ag_news", "r8", "trec6", "sms", "sst2", "clinc150", "imdb", "reuters"];

    /// <summary>Reads a dataset.</summary>
    /// <param name="folder">The reference data.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static ReferenceDataset Load(string folder, string name)
    {
        switch (name)
        {
            case "ag_news":
                var classes = new NameList(File.ReadAllLines(Path.Combine(folder, "ag_news/classes.txt")).Where(l => l.Length > 0));
                return Of(
                    Read("ag_news/train_subset.jsonl", new ReadingOptions { TextColumns = new NameList("title", "text"), LabelColumn = "label" }),
                    null,
                    Read("ag_news/test.csv", new ReadingOptions { TextColumns = new NameList("2", "3"), LabelColumn = "1", LabelNames = classes }));
            case "r8":
                return Of(Read("reuters/r8_train.jsonl", Titled("label")), null, Read("reuters/r8_test.jsonl", Titled("label")));
            case "reuters":
                return Of(Read("reuters/modapte_train.jsonl", Titled("labels")), null, Read("reuters/modapte_test.jsonl", Titled("labels")), ProblemType.MultiLabelClassification);
            case "trec6":
                var coarse = new ReadingOptions { Encoding = "latin-1", LabelUntil = ":" };
                return Of(Read("trec6/train.txt", coarse), null, Read("trec6/test.txt", coarse));
            case "sms":
                var sms = Read("sms_spam/sms.tsv", new ReadingOptions());
                return Of(sms[..SmsTrainingRows], null, sms[SmsTrainingRows..]);
            case "sst2":
                return Of(Read("sst2/train.tsv", new ReadingOptions()), Read("sst2/dev.tsv", new ReadingOptions()), Read("sst2/test.tsv", new ReadingOptions()));
            case "clinc150":
                var records = new RecordPaths(("train", Split.Train), ("val", Split.Validation), ("test", Split.Test));
                var all = Read("clinc150/data_full.json", new ReadingOptions { Records = records });
                return Of(Given(all, Split.Train), Given(all, Split.Validation), Given(all, Split.Test));
            case "imdb":
                return Of(Read("imdb/train.jsonl.gz", new ReadingOptions()), null, Read("imdb/test.jsonl.gz", new ReadingOptions()));
            default:
                throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name));
        }

        List<DatasetRow> Read(string path, ReadingOptions options)
        {
            using var content = File.OpenRead(Path.Combine(folder, path));
            var file = Path.GetFileName(path);
            return [.. DatasetReader.Read(content, DatasetFile.Parse("texts" + file[file.IndexOf('.', StringComparison.Ordinal)..]), options, new FindingLog())];
        }

        ReadingOptions Titled(string label) => new() { TextColumns = new NameList("title", "text"), LabelColumn = label };

        ReferenceDataset Of(List<DatasetRow> train, List<DatasetRow>? validation, List<DatasetRow> test, ProblemType problem = ProblemType.SingleLabelClassification)
        {
            string[] labels = [.. train.SelectMany(row => row.Labels).Distinct().Order(StringComparer.Ordinal)];
            var ids = labels.Index().ToDictionary(l => l.Item, l => l.Index);
            return new ReferenceDataset(
                name, problem, labels,
                Texts(validation is null ? train.Where((_, i) => i % 10 != 9) : train),
                Texts(validation ?? train.Where((_, i) => i % 10 == 9)),
                Texts(test));

            // A label that no training row has cannot be given.
            LabelledText[] Texts(IEnumerable<DatasetRow> rows) =>
                [.. rows.Select(row => new LabelledText(row.Text, [.. row.Labels.Where(ids.ContainsKey).Select(l => ids[l]).Order()]))];
        }
    }

    private static List<DatasetRow> Given(List<DatasetRow> rows, Split split) => [.. rows.Where(row => row.GivenSplit == split)];
}
