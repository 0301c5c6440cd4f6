namespace Pipeline.Modeling;

/// <summary>How the matrix products of a model's blocks are computed. Weights, norms, residuals and gradients are fp32 in all of them.</summary>
public enum ComputePath
{
    /// <summary>fp32, by MKL on the CPU.</summary>
    Float32,

    /// <summary>fp32 by oneDNN on the CPU; see <see cref="TorchRuntime.OneDnnFloat32"/>.</summary>
    Float32OneDnn,

    /// <summary>bf16, by oneDNN on the CPU; see <see cref="SequenceClassifier.SetComputeType"/>.</summary>
    BFloat16,

    /// <summary>fp16, on a GPU; needs loss scaling.</summary>
    Float16,
}
