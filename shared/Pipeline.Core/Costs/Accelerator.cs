namespace Pipeline.Core.Costs;

/// <summary>What training runs on, under the short name that rates and measurements have for it.</summary>
/// <param name="Name">For example <c>T4</c>.</param>
/// <param name="Float16">FLOP/s at best with fp16 products; 0: not in hardware.</param>
/// <param name="BFloat16">With bf16 products.</param>
/// <param name="Float32">With fp32 products, which are TF32 from Ampere on.</param>
public sealed record Accelerator(string Name, double Float16, double BFloat16, double Float32)
{
    /// <summary>The name of a container without a GPU.</summary>
    public const string Cpu = "cpu";

    // Dense products with tensor cores where the type has them, from NVIDIA's data sheets (those of Ampere and later give
    // twice the figure, "with sparsity"). A name that is part of another comes after it.
    private static readonly Accelerator[] s_known =
    [
        new("H200-NVL", 835e12, 835e12, 417.5e12),
        new("H200", 989.4e12, 989.4e12, 494.7e12),
        new("H100-NVL", 835e12, 835e12, 417.5e12),
        new("H100-PCIe", 756e12, 756e12, 378e12),
        new("H100", 989.4e12, 989.4e12, 494.7e12),
        new("A100", 312e12, 312e12, 156e12),
        new("L40S", 362e12, 362e12, 183e12),
        new("L4", 121e12, 121e12, 60e12),
        new("V100-PCIE", 112e12, 0, 14e12),
        new("V100", 125e12, 0, 15.7e12),
        new("T4", 65e12, 0, 8.1e12),
    ];

    /// <summary>Names of the GPUs whose speed is known.</summary>
    public static IReadOnlyList<string> KnownNames { get; } = [.. s_known.Select(a => a.Name)];

    /// <summary>FLOP/s at best in the type that the trainer chooses on it: bf16, or fp16 where the hardware has none.</summary>
    public double TrainingPeak => BFloat16 > 0 ? BFloat16 : Float16;

    /// <summary>The accelerator whose name, or whose driver's name, has these words; null where it is not known.</summary>
    /// <param name="name">For example <c>T4</c>, or <c>NVIDIA H100 80GB HBM3</c>.</param>
    public static Accelerator? Find(string? name)
    {
        var words = name?.Split(' ', '-') ?? [];
        return s_known.FirstOrDefault(a => a.Name.Split('-').All(word => words.Contains(word, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>The short name of a device: a known GPU's, another GPU's own name with <c>-</c> for what is neither letter nor digit, or <see cref="Cpu"/>.</summary>
    /// <param name="device">As the driver names it; null: there is no GPU.</param>
    public static string NameOf(string? device) =>
        string.IsNullOrWhiteSpace(device) ? Cpu : Find(device)?.Name ?? string.Concat(device.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
}
