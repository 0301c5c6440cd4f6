using static TorchSharp.torch;

namespace Pipeline.Modeling.Safetensors;

/// <summary>The element types of the safetensors format and those of Torch that they correspond to.</summary>
internal static class SafetensorsDtype
{
    private static readonly Dictionary<string, (int Size, ScalarType? Torch)> s_types = new()
    {
        ["BOOL"] = (1, ScalarType.Bool),
        ["U8"] = (1, ScalarType.Byte),
        ["I8"] = (1, ScalarType.Int8),
        ["I16"] = (2, ScalarType.Int16),
        ["I32"] = (4, ScalarType.Int32),
        ["I64"] = (8, ScalarType.Int64),
        ["F16"] = (2, ScalarType.Float16),
        ["BF16"] = (2, ScalarType.BFloat16),
        ["F32"] = (4, ScalarType.Float32),
        ["F64"] = (8, ScalarType.Float64),
        // In the format, but not in TorchSharp: such a tensor may stand in a file and cannot be read.
        ["U16"] = (2, null),
        ["U32"] = (4, null),
        ["U64"] = (8, null),
        ["F8_E4M3"] = (1, null),
        ["F8_E5M2"] = (1, null),
    };

    /// <summary>Bytes of an element; null for a type that the format does not have.</summary>
    public static int? SizeOf(string dtype) => s_types.TryGetValue(dtype, out var type) ? type.Size : null;

    public static ScalarType? ToTorch(string dtype) => s_types[dtype].Torch;

    public static string FromTorch(ScalarType type) =>
        s_types.FirstOrDefault(t => t.Value.Torch == type).Key ?? throw new NotSupportedException($"Tensors of type {type} cannot be written as safetensors.");
}
