using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Native;

/// <summary>Direct access to the fp32 memory of a CPU tensor, and loops over it that use all processors.</summary>
internal static unsafe class CpuMemory
{
    /// <summary>Elements of a chunk; with four arrays of it, 1 MB, a chunk stays in a processor's second-level cache.</summary>
    public const int ChunkLength = 65_536;

    /// <summary>Whether <see cref="Of"/> has an answer.</summary>
    public static bool Takes(Tensor tensor) => tensor.dtype == float32 && tensor.device_type == TorchSharp.DeviceType.CPU && tensor.is_contiguous();

    /// <summary>First element of a contiguous fp32 tensor on the CPU. Valid as long as the tensor is.</summary>
    public static float* Of(Tensor tensor)
    {
        if (!Takes(tensor)) throw new ArgumentException("The tensor must be contiguous fp32 memory of the CPU.", nameof(tensor));
        return (float*)AddressOf(tensor);
    }

    /// <summary>First byte of a contiguous tensor on the CPU, 0 where it has no elements. Valid as long as the tensor is.</summary>
    public static nint AddressOf(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var first = tensor.detach().view(-1).narrow(0, 0, 1);
        // Torch's memory does not move, so that the address outlives the span.
        return (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public static int ChunkCount(long count) => checked((int)((count + ChunkLength - 1) / ChunkLength));

    /// <summary>Runs <paramref name="action"/> for (start, count) of each chunk, side by side.</summary>
    public static void ForEachChunk(long count, Action<long, long> action)
    {
        int chunks = ChunkCount(count);
        void Run(int chunk) => action((long)chunk * ChunkLength, Math.Min(ChunkLength, count - (long)chunk * ChunkLength));
        if (chunks == 1) Run(0);
        else Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, Run);
    }
}
