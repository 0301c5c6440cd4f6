using static TorchSharp.torch;

namespace Pipeline.Modeling;

/// <summary>A transformer that gives each text of a batch a score for each label.</summary>
public abstract class SequenceClassifier(string name) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    /// <summary>Label names in the order of the logits.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>Longest input in tokens.</summary>
    public abstract int MaxPositions { get; }

    /// <summary>
    /// The logits of a batch that is padded on the right, without a mask and without waiting for the device; the way to train.
    /// </summary>
    /// <param name="inputIds"><c>[batch, seq]</c> int64.</param>
    /// <param name="lengths"><c>[batch]</c> int64: tokens of each text, from 1 to seq.</param>
    /// <returns><c>[batch, labels]</c>, in the dtype of the weights.</returns>
    public abstract Tensor ForwardRightPadded(Tensor inputIds, Tensor lengths);

    /// <summary>
    /// Computes matrix products and attention in another type, as autocast does; weights, norms and residuals stay in fp32,
    /// and so do the gradients. bf16 about halves the time of a step where <see cref="TorchRuntime.HasFastBFloat16"/>,
    /// and moves the logits by some 1e-2.
    /// </summary>
    /// <param name="type">Null: the type of the weights, which is the default.</param>
    public abstract void SetComputeType(ScalarType? type);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>, which load in Hugging Face's <c>transformers</c>.</summary>
    /// <param name="directory">Made where it does not exist; other files in it are left alone.</param>
    public abstract void SavePretrained(string directory);
}
