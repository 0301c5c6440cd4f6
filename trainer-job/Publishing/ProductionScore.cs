using System.Numerics.Tensors;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Trainer.Publishing;

/// <summary>How good the version in production is on a new run's test rows.</summary>
/// <param name="Value">Its <see cref="Headline"/>, over the labels that the new run has.</param>
/// <param name="Rows">Test rows.</param>
/// <param name="Doubt">Why the comparison may not be fair; null where nothing speaks against it.</param>
internal sealed record ProductionScore(double Value, int Rows, string? Doubt)
{
    /// <summary>
    /// Scores a version. The texts are decoded from the run's tokens and encoded by the version's own tokenizer. Labels are the
    /// same where their names are: one that the version does not know is a mistake on each of its rows; one that the run no longer has
    /// is a mistake wherever the version gives it.
    /// </summary>
    /// <param name="folder">The version's files.</param>
    /// <param name="version">Its manifest.</param>
    /// <param name="data">The new run's data.</param>
    /// <param name="threads">Threads of CPU operations; null: one for each processor.</param>
    /// <param name="stop">Ends it within a batch.</param>
    /// <exception cref="InvalidDataException">The files are no model, or one of another kind of problem.</exception>
    public static ProductionScore Of(string folder, ModelManifest version, TrainingData data, int? threads, CancellationToken stop)
    {
        if (version.ProblemType != data.Problem || version.HasPairs != data.HasPairs)
            throw new InvalidDataException("it was trained on another kind of rows (pairs of texts, or another number of labels a text).");
        var tokenizer = HuggingFaceTokenizer.Load(folder);
        string[] labels = [.. data.Labels, .. version.Labels.Except(data.Labels)];
        int[] toCommon = [.. version.Labels.Select(label => Array.IndexOf(labels, label))];
        var own = data with { Tokenizer = tokenizer, Labels = version.Labels, Test = [.. data.Test.Select(Encoded)] };
        var score = new Counts(labels, data.Labels.Count, data.Problem, version.Decisions?.Thresholds);
        using var model = AutoModelForSequenceClassification.FromPretrained(folder);
        model.to(TorchRuntime.Initialize(threads));
        var evaluator = new Evaluator(own, own.Test, own.Inputs(version.MaxLength));
        // Numbers need no names to be compared.
        if (data.Problem is not (ProblemType.SingleLabelClassification or ProblemType.MultiLabelClassification))
            return new ProductionScore(evaluator.Evaluate(model, stop).Score(), data.Test.Count, Doubt: null);
        if (model.Labels.Count != version.Labels.Count)
            throw new InvalidDataException($"its config.json has {model.Labels.Count} labels, its manifest {version.Labels.Count}.");
        foreach (var (batch, logits) in evaluator.Logits(model, stop))
        {
            for (var row = 0; row < batch.Size; row++)
                score.Add(batch.Labels[row], logits.AsSpan(row * toCommon.Length, toCommon.Length), toCommon);
        }

        return new ProductionScore(score.Value, data.Test.Count, Doubt: null);

        Example Encoded(Example example) => example with
        {
            InputIds = tokenizer.Encode(data.Tokenizer.Decode(example.InputIds)),
            PairInputIds = example.PairInputIds is { } pair ? tokenizer.Encode(data.Tokenizer.Decode(pair)) : null,
        };
    }

    /// <summary>Right and wrong answers over the labels of both, the run's first.</summary>
    private sealed class Counts(IReadOnlyList<string> labels, int known, ProblemType problem, IReadOnlyList<double>? thresholds)
    {
        private readonly ConfusionMatrix _matrix = new(labels.Count);
        private readonly MultiLabelCounts _counts = new(labels.Count);

        public double Value => problem == ProblemType.MultiLabelClassification
            ? ClassificationMetrics.From(_counts, labels).Micro!.F1
            // Over the run's labels, as the new version's own macro F1 is: one of the old labels has no rows and no F1.
            : ClassificationMetrics.From(_matrix, labels).PerClass
                .Where((_, id) => id < known && _matrix.Support(id) + _matrix.PredictedAs(id) > 0).Average(c => c.F1);

        public void Add(int[] actual, ReadOnlySpan<float> logits, int[] toCommon)
        {
            if (problem == ProblemType.SingleLabelClassification)
            {
                _matrix.Add(actual[0], toCommon[TensorPrimitives.IndexOfMax(logits)]);
                return;
            }

            var given = new List<int>();
            for (var label = 0; label < logits.Length; label++)
            {
                // As the version answers. The sigmoid is above one half where the logit is above zero.
                if (thresholds is null ? logits[label] > 0 : 1 / (1 + Math.Exp(-logits[label])) >= thresholds[label])
                    given.Add(toCommon[label]);
            }

            _counts.Add(actual, [.. given]);
        }
    }
}
