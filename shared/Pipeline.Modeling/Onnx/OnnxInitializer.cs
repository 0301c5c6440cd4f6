using System.Globalization;
using Pipeline.Core.Protobuf;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>A constant tensor of the graph. Its values are computed when they are written, so that no second copy of the model is held.</summary>
/// <param name="name">Unique in the graph.</param>
/// <param name="shape">Of the values.</param>
/// <param name="type">Of an element.</param>
/// <param name="values">Gives the values, of any type that can be converted; called in a dispose scope of its own.</param>
internal sealed class OnnxInitializer(string name, long[] shape, OnnxElementType type, Func<Tensor> values)
{
    private const int LargestInline = 1024; // bytes; ONNX Runtime wants shapes and other small constants in the graph itself

    /// <summary>A tensor as it is; floating types become fp32. It must live until the file is written.</summary>
    public static OnnxInitializer Of(string name, Tensor tensor) => new(name, tensor.shape, OnnxElement.Of(tensor.dtype), () => tensor);

    /// <summary>Bytes of the values.</summary>
    public long ValuesLength { get; } = shape.Aggregate(1L, (product, size) => product * size) * OnnxElement.Size(type);

    /// <summary>Whether the values may stand in a file of their own.</summary>
    public bool CanStandOutside => ValuesLength > LargestInline;

    /// <summary>The message up to its values, which follow it.</summary>
    public byte[] HeadOfInline() => Description().Head(9, ValuesLength).Bytes.ToArray();

    /// <summary>The whole message, whose values stand in another file.</summary>
    /// <param name="file">Its name, in the same folder.</param>
    /// <param name="offset">Where they begin in it.</param>
    public byte[] Outside(string file, long offset) => Description()
        .Message(13, Entry("location", file))
        .Message(13, Entry("offset", offset.ToString(CultureInfo.InvariantCulture)))
        .Message(13, Entry("length", ValuesLength.ToString(CultureInfo.InvariantCulture)))
        .Integer(14, 1) // DataLocation.EXTERNAL
        .Bytes.ToArray();

    public void WriteValues(Stream file)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var tensor = values();
        if (!tensor.shape.SequenceEqual(shape)) throw new InvalidOperationException($"The constant '{name}' is [{string.Join(", ", tensor.shape)}], its head says [{string.Join(", ", shape)}].");
        TensorBytes.ForEachChunk(tensor.to_type(OnnxElement.ToTorch(type)).cpu().contiguous(), (chunk, _) => file.Write(chunk));
    }

    private ProtoMessage Description() => new ProtoMessage().Integers(1, shape).Integer(2, (int)type).Text(8, name);

    private static ProtoMessage Entry(string key, string value) => new ProtoMessage().Text(1, key).Text(2, value);
}
