using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>Types of a tensor's elements, with the numbers of <c>TensorProto.DataType</c>.</summary>
internal enum OnnxElementType
{
    Float = 1,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
}

/// <summary>How the types are called in Torch, and how large they are.</summary>
internal static class OnnxElement
{
    /// <summary>The type in which a tensor is written: itself, or fp32 for every floating type.</summary>
    public static OnnxElementType Of(ScalarType type) => type switch
    {
        ScalarType.Int8 => OnnxElementType.Int8,
        ScalarType.Int32 => OnnxElementType.Int32,
        ScalarType.Int64 => OnnxElementType.Int64,
        ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float64 => OnnxElementType.Float,
        _ => throw new ArgumentException($"A constant of type {type} is not written.", nameof(type)),
    };

    public static ScalarType ToTorch(OnnxElementType type) => type switch
    {
        OnnxElementType.Int8 => ScalarType.Int8,
        OnnxElementType.Int32 => ScalarType.Int32,
        OnnxElementType.Int64 => ScalarType.Int64,
        _ => ScalarType.Float32,
    };

    /// <summary>Bytes of an element.</summary>
    public static int Size(OnnxElementType type) => type switch
    {
        OnnxElementType.Int8 => sizeof(sbyte),
        OnnxElementType.Int64 => sizeof(long),
        _ => sizeof(float),
    };
}
