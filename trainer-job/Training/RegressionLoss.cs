using Pipeline.Trainer.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Trainer.Training;

/// <summary>The mean squared error of standardised targets (Hugging Face's loss where <c>problem_type</c> is <c>regression</c>).</summary>
internal static class RegressionLoss
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[batch, 1] fp32.</param>
    /// <param name="targets">The batch's targets, in their own units.</param>
    /// <param name="scale">Standardises them.</param>
    /// <returns>The mean over the batch, in units of the training targets' variance; a scalar.</returns>
    public static Tensor Of(Tensor logits, float[] targets, TargetScale scale)
    {
        using var scope = NewDisposeScope();
        var wanted = tensor([.. targets.Select(scale.Standardize)], [targets.Length, 1], device: logits.device);
        return F.mse_loss(logits, wanted).MoveToOuterDisposeScope();
    }
}
