using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>A constant tensor of the graph. Its bytes are read from the model's own memory when the file is written, never held twice.</summary>
internal sealed class OnnxInitializer
{
    private const int FloatType = 1, Int64Type = 7; // TensorProto.DataType

    private readonly Tensor _values;
    private readonly byte[] _head;

    /// <param name="name">Unique in the graph.</param>
    /// <param name="values">int64, or any floating type, which is written as fp32. Must live until the file is written.</param>
    public OnnxInitializer(string name, Tensor values)
    {
        _values = values;
        bool integers = values.dtype == int64;
        long length = values.numel() * (integers ? sizeof(long) : sizeof(float));
        _head = new ProtoMessage().Integers(1, values.shape).Integer(2, integers ? Int64Type : FloatType).Text(8, name).Head(9, length).Bytes.ToArray();
        Length = _head.Length + length;
    }

    /// <summary>Bytes of the whole message.</summary>
    public long Length { get; }

    public void WriteTo(Stream file)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        file.Write(_head);
        var values = _values.dtype == int64 ? _values : _values.to_type(float32);
        TensorBytes.ForEachChunk(values.cpu().contiguous(), chunk => file.Write(chunk));
    }
}
