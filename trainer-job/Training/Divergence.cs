using Pipeline.Core.Metrics;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>A model whose answers are no numbers any more. The next attempt would come to the same, so the run ends.</summary>
internal static class Divergence
{
    /// <summary>Refuses to go on.</summary>
    /// <param name="validation">The newest evaluation.</param>
    /// <param name="step">Steps done.</param>
    /// <exception cref="PermanentFailureException">The loss on the validation split is infinite or not a number.</exception>
    public static void Require(ModelMetrics validation, int step)
    {
        if (validation.Loss() is not { } loss || double.IsFinite(loss))
            return;
        throw new PermanentFailureException(
            "diverged",
            $"Training has diverged: after step {step} the loss on the validation split is no number.",
            "Set a lower learning_rate, a longer warmup (warmup_ratio) or a lower max_grad_norm, then upload the dataset again.");
    }
}
