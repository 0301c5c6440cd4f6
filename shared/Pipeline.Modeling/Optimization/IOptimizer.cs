using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>AdamW on some device.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Step length of the next step; a schedule sets it.</summary>
    double LearningRate { get; set; }

    /// <summary>Multiplies a loss before its backward pass by what keeps fp16 gradients from vanishing; by 1 where none is wanted.</summary>
    Tensor Scale(Tensor loss);

    /// <summary>
    /// Updates every parameter that has a gradient, and forgets the gradients. Where a gradient is infinite or not a number,
    /// nothing is updated: such a step would spoil the weights and the moments for good.
    /// </summary>
    /// <param name="maxGradientNorm">The gradients are scaled down to this global norm first, as <c>clip_grad_norm_</c> does.</param>
    /// <returns>
    /// Gives the global norm of the gradients before clipping, not finite where the step was left out. May wait for the device;
    /// to be called before the next step.
    /// </returns>
    Func<double> Update(double maxGradientNorm);

    /// <summary>Forgets the gradients without a step.</summary>
    void ZeroGradients();

    /// <summary>What a checkpoint needs; the caller disposes of what <see cref="LoadState"/> does not find again.</summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is the state of another model.</exception>
    void LoadState(ITensorSource state);
}
