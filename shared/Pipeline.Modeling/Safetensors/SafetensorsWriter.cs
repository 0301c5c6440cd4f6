using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>Writes tensors as a safetensors file, one after the other: no second copy of the whole model is held.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file, replacing one that exists. The order is that of the reference implementation: widest dtype first, then by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">On any device.</param>
    /// <param name="metadata">Its <c>__metadata__</c>. Default: <c>{"format": "pt"}</c>, without which <c>transformers</c> refuses the file.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(t => t.Value.element_size()).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        byte[] header = Header(ordered, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });

        using var file = File.Create(path);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        file.Write(prefix);
        file.Write(header);
        foreach (var (_, tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            TensorBytes.ForEachChunk(tensor.detach().cpu().contiguous(), (chunk, _) => file.Write(chunk));
        }
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = metadata };
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            long end = checked(offset + tensor.numel() * tensor.element_size());
            header.Add(name, new { dtype = SafetensorsDtype.FromTorch(tensor.dtype), tensor.shape, data_offsets = new[] { offset, end } });
            offset = end;
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        // Spaces up to a multiple of 8, so that the data that follows is aligned.
        int padded = (json.Length + 7) / 8 * 8;
        Array.Resize(ref json, padded);
        json.AsSpan().Replace((byte)0, (byte)' ');
        return json;
    }
}
