using Pipeline.Modeling.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Pipeline.Modeling.Optimization;

/// <summary>The norm of all gradients together, as in <c>torch.nn.utils.clip_grad_norm_</c>.</summary>
public static class GradientNorm
{
    /// <summary>The Euclidean norm over the gradients of all parameters; 0 where none has one.</summary>
    public static double Of(IEnumerable<Parameter> parameters)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        double sum = 0;
        Tensor? onDevice = null;
        foreach (var parameter in parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            if (gradient.device.type == TorchSharp.DeviceType.CPU && gradient.dtype == float32)
            {
                sum += SumOfSquares(gradient.contiguous());
            }
            else
            {
                // Added up on the device, so that the program waits for it once and not for each parameter.
                var squares = gradient.to_type(float32).square().sum();
                onDevice = onDevice is null ? squares : onDevice + squares;
            }
        }
        return Math.Sqrt(sum + (onDevice?.to_type(float64).item<double>() ?? 0));
    }

    /// <summary>Scales the gradients down to a global norm of <paramref name="maxNorm"/> where theirs is larger.</summary>
    /// <returns>The norm before.</returns>
    public static double Clip(IEnumerable<Parameter> parameters, double maxNorm)
    {
        var all = parameters.ToList();
        double norm = Of(all), scale = ScaleTo(maxNorm, norm);
        if (scale == 1) return norm;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in all) parameter.grad?.mul_(scale);
        return norm;
    }

    /// <summary>What the gradients are multiplied by; the small number keeps it finite, as in Torch.</summary>
    internal static double ScaleTo(double maxNorm, double norm) => Math.Min(1, maxNorm / (norm + 1e-6));

    private static unsafe double SumOfSquares(Tensor gradient)
    {
        float* values = CpuMemory.Of(gradient);
        // One sum for each chunk, added up in order: the same result with any number of threads.
        double[] sums = new double[CpuMemory.ChunkCount(gradient.numel())];
        CpuMemory.ForEachChunk(gradient.numel(), (start, count) =>
            sums[start / CpuMemory.ChunkLength] = TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(values + start, checked((int)count))));
        return sums.Sum();
    }
}
