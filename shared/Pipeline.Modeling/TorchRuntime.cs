using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling;

/// <summary>Settings of libtorch that hold for the whole process.</summary>
public static class TorchRuntime
{
    private static readonly Lock s_lock = new();
    private static readonly string[] s_flags = ProcessorFlags();
    private static Device? s_device;

    /// <summary>
    /// Sets up libtorch and picks the device: CUDA where there is one, else the CPU. To be called before anything else of
    /// TorchSharp, because some settings are read when the library is loaded; later calls change nothing.
    /// </summary>
    /// <param name="threads">Threads of CPU operations. Default: the processors that this process may use.</param>
    /// <returns>The device that models and batches belong on.</returns>
    public static Device Initialize(int? threads = null)
    {
        lock (s_lock)
        {
            if (s_device is not null) return s_device;
            if (OperatingSystem.IsLinux()) SetUpNativeLibraries();
            set_num_threads(threads ?? Environment.ProcessorCount);
            OneDnnFloat32 = true;
            if (!cuda_is_available()) return s_device = CPU;

            // Matrix products in TF32: 10 bits of mantissa, accumulated in fp32; several times as fast from Ampere on.
            backends.cuda.matmul.allow_tf32 = true;
            backends.cudnn.allow_tf32 = true;
            return s_device = CUDA;
        }
    }

    /// <summary>
    /// Memory of the device that <see cref="Initialize"/> picks (bytes): the GPU's, else what this process may use of the host's.
    /// May come before it, and from another thread.
    /// </summary>
    public static long DeviceMemory()
    {
        lock (s_lock)
        {
            if (s_device is null && OperatingSystem.IsLinux()) SetUpNativeLibraries();
        }
        return DeviceMemory(cuda_is_available(), CudaDevice.TotalMemory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>The GPU's where libtorch uses one: a driver may be there beside a libtorch for CPUs.</summary>
    internal static long DeviceMemory(bool usesCuda, long? ofGpu, long ofHost) => usesCuda ? ofGpu ?? ofHost : ofHost;

    /// <summary>
    /// Whether oneDNN computes the projections of models in fp32 on the CPU, and not MKL, which takes a slow path on processors
    /// that are not Intel's. The results are as exact, but not the same in the last bits. <see cref="Initialize"/> sets it where
    /// it can be: not where the processor has AMX, because oneDNN would round to bf16 there, nor where libtorch has no such
    /// setting. There it stays false.
    /// </summary>
    public static bool OneDnnFloat32
    {
        get;
        set => field = value && !s_flags.Contains("amx_bf16") && Float32Backend.Exists();
    }

    /// <summary>Whether the processor multiplies bf16 matrices in hardware (AVX-512 BF16 or AMX); without that, fp32 is faster. About the CPU only.</summary>
    public static bool HasFastBFloat16 { get; } = s_flags.Any(flag => flag is "avx512_bf16" or "amx_bf16");

    // .NET has no test for these instructions.
    private static string[] ProcessorFlags()
    {
        const string processors = "/proc/cpuinfo";
        if (!File.Exists(processors)) return [];
        string? flags = File.ReadLines(processors).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal));
        return flags?.Split(' ') ?? [];
    }

    private static void SetUpNativeLibraries()
    {
        // Advice only: where the C library refuses one of these, everything still works.
        // OpenMP threads wait by spinning, which takes the processor from the thread that they wait for where processors are shared.
        _ = LibC.SetEnvironmentVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);
        // A training step allocates and frees the same tensors again and again: keep that memory instead of mapping it anew (18% of a small step).
        _ = LibC.SetAllocatorOption(LibC.MmapThreshold, 32 << 20); // the most that glibc takes
        _ = LibC.SetAllocatorOption(LibC.TrimThreshold, 256 << 20);
    }
}
