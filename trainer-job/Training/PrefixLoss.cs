using Pipeline.Core;
using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>
/// What a decoder from random weights learns of a teacher: the cross-entropy between the teacher's answer and the model's, at
/// every token. So each beginning of a text is an example of its own (deep supervision over time, Dai and Le 2015), the more
/// of it the more it counts: token t of n weighs t / (1 + 2 + … + n) of the share that goes to all tokens; the rest is the last token's.
/// </summary>
/// <param name="problem">Whether an example has one label or any number.</param>
/// <param name="share">Of all tokens, 0 to 1.</param>
internal sealed class PrefixLoss(ProblemType problem, double share)
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[batch, seq, labels] fp32.</param>
    /// <param name="batch">With the teacher's answers.</param>
    /// <returns>The mean over the batch (nats), a scalar.</returns>
    public Tensor Of(Tensor logits, Batch batch)
    {
        using var scope = NewDisposeScope();
        var answers = tensor(batch.Taught!, [batch.Size, 1, logits.shape[2]], device: logits.device).expand_as(logits);
        var each = problem == ProblemType.MultiLabelClassification
            ? F.binary_cross_entropy_with_logits(logits, answers, reduction: nn.Reduction.None).mean([2])
            : (answers * F.log_softmax(logits, 2)).sum(2).neg(); // [batch, seq]
        return (each * Weights(batch, logits.device)).sum().MoveToOuterDisposeScope();
    }

    // [batch, seq], with the sum 1.
    private Tensor Weights(Batch batch, Device device)
    {
        var weights = new float[batch.Size * batch.Sequence];
        for (var row = 0; row < batch.Size; row++)
        {
            var length = (int)batch.Lengths[row];
            for (var t = 0; t < length; t++)
                weights[row * batch.Sequence + t] = (float)(share * 2 * (t + 1) / ((double)length * (length + 1) * batch.Size));
            weights[row * batch.Sequence + length - 1] += (float)((1 - share) / batch.Size);
        }

        return tensor(weights, [batch.Size, batch.Sequence], device: device);
    }
}
