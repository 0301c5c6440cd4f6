using Pipeline.Core.Metrics;
using Pipeline.Modeling;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>Scores a model on a split.</summary>
internal static class Evaluator
{
    private const int MaxTokens = 8_192;

    public static ClassificationMetrics Evaluate(
        SequenceClassifier model, EncodedSplit split, IReadOnlyList<string> labels, int padTokenId, CancellationToken stop)
    {
        var device = model.parameters().First().device;
        var matrix = new ConfusionMatrix(labels.Count);
        double loss = 0;
        model.eval();
        using var inference = no_grad();
        foreach (var rows in BatchPlan.ForEvaluation([.. split.InputIds.Select(ids => ids.Length)], MaxTokens))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = BatchTensors.From(Batch.Of(split, rows, padTokenId), device);
            var logits = model.ForwardRightPadded(batch.InputIds, batch.Lengths).to_type(float32); // [batch, labels]
            loss += F.cross_entropy(logits, batch.Labels, reduction: nn.Reduction.Sum).item<float>();
            var predicted = logits.argmax(1).cpu().data<long>().ToArray();
            for (var i = 0; i < rows.Length; i++)
                matrix.Add(split.Labels[rows[i]], (int)predicted[i]);
        }

        return ClassificationMetrics.From(matrix, labels, loss / matrix.Total);
    }
}
