using Pipeline.Core;
using Pipeline.Core.Datasets;
using Pipeline.Core.Tokenization;
using Pipeline.Trainer.Data;

namespace Pipeline.Benchmarks.Training;

/// <summary>A labelled dataset as the trainer gets it: tokens of a vocabulary that is learned from its texts.</summary>
internal static class News
{
    private const int Vocabulary = 8_000;

    /// <summary>Reads a file of any format that the pipeline reads. All rows are the training split, a few of them serve as the other two.</summary>
    public static TrainingData Read(string path)
    {
        using var content = File.OpenRead(path);
        var file = DatasetFile.Parse("texts" + Path.GetExtension(path));
        (string Text, string Label)[] rows = [.. DatasetReader.Read(content, file, new ReadingOptions(), new FindingLog()).Select(row => (row.Text, row.Labels[0]))];
        var trainer = new ByteLevelBpeTrainer();
        foreach (var (text, _) in rows)
            trainer.Add(text);
        var tokenizer = new ByteLevelBpeTokenizer(trainer.Train(Vocabulary));
        var labels = rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal).ToList();
        Example[] examples = [.. rows.Select(row => new Example(tokenizer.Encode(row.Text), null, [labels.IndexOf(row.Label)]))];
        return new TrainingData(examples, examples[..32], examples[..32], labels, ProblemType.SingleLabelClassification, HasPairs: false, tokenizer);
    }
}
