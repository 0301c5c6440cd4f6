using Pipeline.Core.Costs;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>The FLOP/s that a device reaches at best, which is what utilisation is a share of.</summary>
public static class PeakFlops
{
    /// <summary>By a CUDA device's name and the type that matrices are multiplied in; null where that is not known.</summary>
    public static double? OfCuda(string? deviceName, ScalarType type)
    {
        var accelerator = Accelerator.Find(deviceName);
        var flops = type switch
        {
            ScalarType.Float16 => accelerator?.Float16,
            ScalarType.BFloat16 => accelerator?.BFloat16,
            ScalarType.Float32 => accelerator?.Float32,
            _ => null,
        };
        return flops > 0 ? flops : null;
    }

    /// <summary>What the CPU reaches: the fastest of some products of two matrices of 1,024 rows, in less than a second or two.</summary>
    /// <param name="type">The type that matrices are multiplied in.</param>
    /// <param name="time">The clock.</param>
    public static double MeasureCpu(ScalarType type, TimeProvider time)
    {
        const long rows = 1_024;
        const int most = 12;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        // Ones, because random numbers would be taken from the training's.
        var matrix = ones(rows, rows, dtype: type);
        var start = time.GetTimestamp();
        var fastest = double.PositiveInfinity;
        for (var i = 0; i < most && (i < 2 || time.GetElapsedTime(start) < TimeSpan.FromMilliseconds(500)); i++)
        {
            var before = time.GetTimestamp();
            matrix.mm(matrix).Dispose();
            if (i > 0) // the first one sets up threads and kernels
                fastest = Math.Min(fastest, time.GetElapsedTime(before).TotalSeconds);
        }

        return 2.0 * rows * rows * rows / fastest;
    }
}
