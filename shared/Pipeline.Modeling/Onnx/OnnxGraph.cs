using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>An ONNX graph under construction. Operations take and give the names of values.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private const int IrVersion = 8; // of ONNX 1.12, the first with opset 17
    private const int Opset = 17;
    private const int FloatElement = 1, Int64Element = 7;
    private const int FloatAttribute = 1, IntAttribute = 2, IntsAttribute = 7; // AttributeProto.AttributeType

    private readonly ProtoMessage _nodesAndEnds = new();
    private readonly List<OnnxInitializer> _initializers = [];
    private int _values;

    /// <summary>An int64 input with these named dimensions.</summary>
    public string Input(string name, params string[] dimensions)
    {
        _nodesAndEnds.Message(11, ValueInfo(name, Int64Element, [.. dimensions.Select(d => new ProtoMessage().Text(2, d))]));
        return name;
    }

    /// <summary>The fp32 output: a value under a name of its own, its dimensions named or fixed.</summary>
    public void Output(string name, string value, string firstDimension, long secondDimension)
    {
        AddNode("Identity", [value], name, "", []);
        _nodesAndEnds.Message(12, ValueInfo(name, FloatElement, new ProtoMessage().Text(2, firstDimension), new ProtoMessage().Integer(1, secondDimension)));
    }

    /// <summary>A weight. The tensor must live until the graph is saved.</summary>
    public string Weight(string name, Tensor values)
    {
        _initializers.Add(new OnnxInitializer(name, values));
        return name;
    }

    /// <summary>A small list of whole numbers.</summary>
    public string Constant(params long[] values) => Weight($"constant_{_initializers.Count}", tensor(values));

    /// <summary>A single number.</summary>
    public string Constant(double value) => Weight($"constant_{_initializers.Count}", tensor((float)value));

    /// <summary>Adds an operation of the standard domain.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Node(operation, "", inputs, attributes);

    /// <summary>Adds an operation; an input that is left out is an empty name.</summary>
    public string Node(string operation, string domain, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = $"{operation}_{_values++}";
        AddNode(operation, inputs, output, domain, attributes);
        return output;
    }

    /// <summary>Writes the model file.</summary>
    /// <exception cref="NotSupportedException">It would have 2 GB or more, which the format cannot hold in one file.</exception>
    public void Save(string path, string graphName)
    {
        var graph = _nodesAndEnds.Text(2, graphName);
        byte[][] heads = [.. _initializers.Select(i => new ProtoMessage().Head(5, i.Length).Bytes.ToArray())];
        long length = graph.Bytes.Length + heads.Sum(h => (long)h.Length) + _initializers.Sum(i => i.Length);
        if (length > int.MaxValue - 1024) throw new NotSupportedException($"The ONNX file would have {length:N0} bytes; protobuf allows 2 GB.");

        var model = new ProtoMessage().Integer(1, IrVersion).Text(2, "Pipeline.Modeling")
            .Message(8, new ProtoMessage().Text(1, "").Integer(2, Opset))
            .Message(8, new ProtoMessage().Text(1, Microsoft).Integer(2, 1))
            .Head(7, length);
        using var file = File.Create(path);
        file.Write(model.Bytes);
        file.Write(graph.Bytes);
        foreach (var (head, initializer) in heads.Zip(_initializers))
        {
            file.Write(head);
            initializer.WriteTo(file);
        }
    }

    private void AddNode(string operation, string[] inputs, string output, string domain, (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage().Texts(1, inputs).Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (name, value) in attributes) node.Message(5, Attribute(name, value));
        if (domain.Length > 0) node.Text(7, domain);
        _nodesAndEnds.Message(1, node);
    }

    private static ProtoMessage Attribute(string name, object value)
    {
        var attribute = new ProtoMessage().Text(1, name);
        return value switch
        {
            double real => attribute.Real(2, (float)real).Integer(20, FloatAttribute),
            int integer => attribute.Integer(3, integer).Integer(20, IntAttribute),
            long[] integers => attribute.Integers(8, integers).Integer(20, IntsAttribute),
            _ => throw new ArgumentException($"The attribute {name} is a {value.GetType().Name}.", nameof(value)),
        };
    }

    private static ProtoMessage ValueInfo(string name, int elementType, params ProtoMessage[] dimensions)
    {
        var shape = new ProtoMessage();
        foreach (var dimension in dimensions) shape.Message(1, dimension);
        var tensorType = new ProtoMessage().Integer(1, elementType).Message(2, shape);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensorType));
    }
}
