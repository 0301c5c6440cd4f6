using Pipeline.Core;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What training lowers: the cross-entropy of the one right label, or the mean binary cross-entropy over all labels, each of
/// which a text may have or not (Hugging Face's losses for the two values of <c>problem_type</c>).
/// </summary>
internal static class ClassificationLoss
{
    /// <param name="problem">Which of the two.</param>
    /// <param name="logits">[batch, labels] fp32.</param>
    /// <param name="labels">Label ids of each example.</param>
    /// <returns>The mean over the batch (nats).</returns>
    public static Tensor Of(ProblemType problem, Tensor logits, int[][] labels)
    {
        using var scope = NewDisposeScope();
        var loss = problem == ProblemType.MultiLabelClassification
            ? F.binary_cross_entropy_with_logits(logits, Targets(labels, logits.shape[1], logits.device))
            : F.cross_entropy(logits, tensor([.. labels.Select(ids => (long)ids[0])], device: logits.device));
        return loss.MoveToOuterDisposeScope();
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
