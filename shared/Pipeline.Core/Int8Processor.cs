using System.Runtime.Intrinsics.X86;

namespace Pipeline.Core;

/// <summary>What the processor brings for products of int8 matrices.</summary>
public static class Int8Processor
{
    /// <summary>
    /// The setting under which ONNX Runtime computes such products without saturating, at less than half the speed on processors that
    /// need no such care: set it to <see cref="QuantPrecision"/>.
    /// </summary>
    public const string QuantPrecisionSetting = "session.x64quantprecision";

    /// <summary>
    /// Whether it has VNNI, which adds four products of bytes in 32 bits. Without it, x64 adds two in 16 bits, and the sum of large ones
    /// does not fit. Other architectures have no such instruction, and here count as having VNNI.
    /// </summary>
    public static bool HasVnni { get; } = !X86Base.IsSupported || HasX64Vnni();

    /// <summary>The value of <see cref="QuantPrecisionSetting"/> for this processor.</summary>
    public static string QuantPrecision => HasVnni ? "0" : "1";

    // AVX512_VNNI: leaf 7, subleaf 0, ECX bit 11. AVX_VNNI: leaf 7, subleaf 1, EAX bit 4.
    private static bool HasX64Vnni() =>
        X86Base.CpuId(0, 0).Eax >= 7 && ((X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0);
}
