using Pipeline.Core;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What training lowers: the cross-entropy of the one right label, or the mean binary cross-entropy over all labels, each of
/// which a text may have or not (Hugging Face's losses for the two values of <c>problem_type</c>).
/// </summary>
/// <param name="problem">Which of the two.</param>
internal sealed class ClassificationLoss(ProblemType problem)
{
    /// <summary>What a batch counts for beside other batches of the same step: what its mean is taken over.</summary>
    public double WeightOf(Batch batch) => batch.Size;

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[batch, labels] fp32.</param>
    /// <param name="batch">The examples with their labels.</param>
    /// <returns>The mean over the batch (nats), a scalar.</returns>
    public Tensor Of(Tensor logits, Batch batch)
    {
        using var scope = NewDisposeScope();
        var mean = problem == ProblemType.MultiLabelClassification
            ? F.binary_cross_entropy_with_logits(logits, Targets(batch.Labels, logits.shape[1], logits.device))
            : F.cross_entropy(logits, tensor([.. batch.Labels.Select(ids => (long)ids[0])], device: logits.device));
        return mean.MoveToOuterDisposeScope();
    }

    // [batch, labels] fp32: 1 where an example has a label, else 0.
    private static Tensor Targets(int[][] labels, long count, Device device)
    {
        var targets = new float[labels.Length * count];
        for (var row = 0; row < labels.Length; row++)
        {
            foreach (var label in labels[row])
                targets[row * count + label] = 1;
        }

        return tensor(targets, [labels.Length, count], device: device);
    }
}
