using System.Runtime.InteropServices;

namespace Pipeline.Modeling.Native;

/// <summary>
/// libtorch's setting <c>torch.backends.mkldnn.matmul.fp32_precision</c>, for which TorchSharp has no call. It decides which
/// library multiplies fp32 matrices on the CPU: <c>ieee</c> is MKL, <c>bf16</c> is oneDNN, which then may round to bf16 but
/// does so only where the processor has AMX; everywhere else it computes in fp32.
/// </summary>
internal static partial class Float32Backend
{
    // The enumerations Float32Backend, Float32Op and Float32Precision of ATen/Context.h, as of libtorch 2.9.
    private const int MklDnn = 2, MatMul = 3, Ieee = 1, BFloat16 = 3;

    /// <summary>Whether this libtorch has the setting.</summary>
    public static bool Exists()
    {
        try
        {
            Use(BFloat16);
            Use(Ieee);
            return true;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    /// <summary>fp32 products of the process go to oneDNN until the result is disposed of; unless <paramref name="wanted"/>, nothing is changed.</summary>
    public static Scope UseOneDnn(bool wanted)
    {
        if (wanted) Use(BFloat16);
        return new Scope(wanted);
    }

    private static void Use(int precision) => SetPrecision(GlobalContext(), MklDnn, MatMul, precision);

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE")]
    private static partial void SetPrecision(nint context, int backend, int operation, int precision);

    /// <summary>Ends with going back to MKL.</summary>
    public readonly struct Scope(bool used) : IDisposable
    {
        public void Dispose()
        {
            if (used) Use(Ieee);
        }
    }
}
