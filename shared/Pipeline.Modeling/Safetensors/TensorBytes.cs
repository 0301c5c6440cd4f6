using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>The memory of a contiguous CPU tensor of any size, in pieces that a span can hold.</summary>
internal static class TensorBytes
{
    private const long LargestChunk = 1 << 30; // bytes

    public delegate void ChunkAction(Span<byte> chunk);

    public static void ForEachChunk(Tensor tensor, ChunkAction action)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.detach().view(-1);
        long step = LargestChunk / flat.element_size(), count = flat.numel();
        for (long start = 0; start < count; start += step)
        {
            using var chunk = flat.narrow(0, start, Math.Min(step, count - start));
            action(chunk.bytes);
        }
    }
}
