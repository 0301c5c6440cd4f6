using System.Runtime.ExceptionServices;
using Pipeline.Modeling.Native;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>The memory of a contiguous CPU tensor of any size, in pieces that a span can hold.</summary>
internal static unsafe class TensorBytes
{
    private const int LargestChunk = 1 << 30; // bytes
    private const int ParallelChunk = 4 << 20; // small enough to share evenly, large enough to be worth a thread

    /// <param name="chunk">The memory.</param>
    /// <param name="offset">Its place in the tensor, in bytes.</param>
    public delegate void ChunkAction(Span<byte> chunk, long offset);

    /// <summary>One piece after the other.</summary>
    public static void ForEachChunk(Tensor tensor, ChunkAction action)
    {
        long length = LengthOf(tensor);
        nint memory = CpuMemory.AddressOf(tensor);
        for (long start = 0; start < length; start += LargestChunk) Run(memory, start, LargestChunk, length, action);
        GC.KeepAlive(tensor);
    }

    /// <summary>The pieces side by side, on as many processors as Torch uses.</summary>
    public static void ForEachChunkInParallel(Tensor tensor, ChunkAction action)
    {
        long length = LengthOf(tensor), chunks = (length + ParallelChunk - 1) / ParallelChunk;
        nint memory = CpuMemory.AddressOf(tensor);
        if (chunks == 1)
        {
            Run(memory, 0, ParallelChunk, length, action);
        }
        else
        {
            try
            {
                Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, chunk => Run(memory, chunk * ParallelChunk, ParallelChunk, length, action));
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
        }
        GC.KeepAlive(tensor);
    }

    private static void Run(nint memory, long start, int chunk, long length, ChunkAction action) =>
        action(new Span<byte>((byte*)memory + start, (int)Math.Min(chunk, length - start)), start);

    private static long LengthOf(Tensor tensor) => tensor.numel() * tensor.element_size();
}
