using static TorchSharp.torch;

namespace Pipeline.Modeling.Optimization;

/// <summary>The FLOP/s that a device reaches at best, which is what utilisation is a share of.</summary>
public static class PeakFlops
{
    // Dense products with tensor cores where the type has them, from NVIDIA's data sheets (those of Ampere and later give
    // twice the figure, "with sparsity"). fp32 is TF32 from Ampere on, as TorchRuntime sets it. 0: not in hardware.
    // A name that is part of another comes after it.
    private static readonly (string Name, double Float16, double BFloat16, double Float32)[] s_devices =
    [
        ("H200 NVL", 835e12, 835e12, 417.5e12),
        ("H200", 989.4e12, 989.4e12, 494.7e12),
        ("H100 NVL", 835e12, 835e12, 417.5e12),
        ("H100 PCIe", 756e12, 756e12, 378e12),
        ("H100", 989.4e12, 989.4e12, 494.7e12),
        ("A100", 312e12, 312e12, 156e12),
        ("L40S", 362e12, 362e12, 183e12),
        ("L4", 121e12, 121e12, 60e12),
        ("V100-PCIE", 112e12, 0, 14e12),
        ("V100", 125e12, 0, 15.7e12),
        ("T4", 65e12, 0, 8.1e12),
    ];

    /// <summary>By a CUDA device's name and the type that matrices are multiplied in; null where that is not known.</summary>
    public static double? OfCuda(string? deviceName, ScalarType type)
    {
        var words = deviceName?.Split(' ', '-') ?? [];
        var device = s_devices.FirstOrDefault(d => d.Name.Split(' ', '-').All(words.Contains));
        var flops = type switch
        {
            ScalarType.Float16 => device.Float16,
            ScalarType.BFloat16 => device.BFloat16,
            ScalarType.Float32 => device.Float32,
            _ => 0,
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
