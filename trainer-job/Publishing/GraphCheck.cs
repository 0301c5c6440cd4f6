using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Publishing;

/// <summary>Runs graphs over the rows that the model they were made of has answered.</summary>
internal sealed class GraphCheck
{
    private readonly Evaluator _rows;
    private readonly IReadOnlyList<string> _labels;
    private readonly IReadOnlyList<double>? _thresholds;
    private readonly int _threads;
    private readonly CancellationToken _stop;
    private readonly float[][] _expected; // a batch each

    /// <summary>Has the model answer.</summary>
    /// <param name="model">Without adapters.</param>
    /// <param name="rows">Of the check.</param>
    /// <param name="thresholds">With several labels a text, the version's own; null: one half.</param>
    /// <param name="threads">Of ONNX Runtime.</param>
    /// <param name="stop">Ends it within a batch.</param>
    public GraphCheck(SequenceClassifier model, Evaluator rows, IReadOnlyList<double>? thresholds, int threads, CancellationToken stop)
    {
        (_rows, _labels, _thresholds, _threads, _stop) = (rows, model.Labels, thresholds, threads, stop);
        _expected = [.. rows.Logits(model, stop).Select(answered => answered.Logits)];
    }

    /// <summary>The model's own figures.</summary>
    public OnnxGraphMetrics OfModel() => Compare(_rows.Batches(_stop).Zip(_expected));

    /// <summary>A graph's figures.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    public OnnxGraphMetrics Of(string path)
    {
        using var graph = new OnnxSession(path, _threads);
        return Compare(_rows.Batches(_stop).Select(batch => (batch, graph.Run(batch))));
    }

    private OnnxGraphMetrics Compare(IEnumerable<(Batch Batch, float[] Logits)> given) =>
        _rows.Problem == ProblemType.Regression ? CompareNumbers(given) : CompareLabels(given);

    private OnnxGraphMetrics CompareLabels(IEnumerable<(Batch Batch, float[] Logits)> given)
    {
        var comparison = new GraphComparison(_labels, _rows.Problem, _thresholds);
        foreach (var ((batch, logits), expected) in given.Zip(_expected))
        {
            for (var row = 0; row < batch.Size; row++)
                comparison.Add(batch.Labels[row], Row(expected, row), Row(logits, row));
        }

        return comparison.ToMetrics();

        ReadOnlySpan<float> Row(float[] all, int row) => all.AsSpan(row * _labels.Count, _labels.Count);
    }

    private OnnxGraphMetrics CompareNumbers(IEnumerable<(Batch Batch, float[] Logits)> given)
    {
        var comparison = new NumberComparison();
        foreach (var ((batch, numbers), expected) in given.Zip(_expected))
        {
            for (var row = 0; row < batch.Size; row++)
                comparison.Add(batch.Targets![row], expected[row], numbers[row]);
        }

        return comparison.ToMetrics();
    }
}
