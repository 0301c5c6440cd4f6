using Pipeline.Core.Protobuf;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>An ONNX graph under construction. Operations take and give the names of values.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private const int IrVersion = 8; // of ONNX 1.12, the first with opset 17
    private const int Opset = 17;
    private const int FloatAttribute = 1, IntAttribute = 2, IntsAttribute = 7; // AttributeProto.AttributeType

    private readonly ProtoMessage _nodesAndEnds = new();
    private readonly List<OnnxInitializer> _initializers = [];
    private readonly HashSet<string> _names = [];
    private int _values;

    /// <summary>An int64 input with these named dimensions.</summary>
    public string Input(string name, params string[] dimensions)
    {
        _nodesAndEnds.Message(11, ValueInfo(name, OnnxElementType.Int64, [.. dimensions.Select(d => new ProtoMessage().Text(2, d))]));
        return name;
    }

    /// <summary>The fp32 output: a value under a name of its own, its dimensions named or fixed.</summary>
    public void Output(string name, string value, string firstDimension, long secondDimension)
    {
        AddNode("Identity", [value], [name], "", []);
        _nodesAndEnds.Message(12, ValueInfo(name, OnnxElementType.Float, new ProtoMessage().Text(2, firstDimension), new ProtoMessage().Integer(1, secondDimension)));
    }

    /// <summary>A weight. The tensor must live until the graph is saved.</summary>
    public string Weight(string name, Tensor values) => Add(name, OnnxInitializer.Of(name, values));

    /// <summary>A weight that is computed when the graph is saved.</summary>
    public string Weight(string name, OnnxElementType type, long[] shape, Func<Tensor> values) => Add(name, new OnnxInitializer(name, shape, type, values));

    /// <summary>A small list of whole numbers.</summary>
    public string Constant(params long[] values) => Constant(tensor(values));

    /// <summary>A single whole number.</summary>
    public string Scalar(long value) => Constant(tensor(value));

    /// <summary>A single number.</summary>
    public string Scalar(double value) => Constant(tensor((float)value));

    /// <summary>Adds an operation of the standard domain.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Node(operation, "", inputs, attributes);

    /// <summary>Adds an operation; an input that is left out is an empty name.</summary>
    public string Node(string operation, string domain, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, domain, inputs, 1, attributes)[0];

    /// <summary>Adds an operation that gives several values.</summary>
    public string[] Nodes(string operation, string domain, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        int number = _values++;
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? $"{operation}_{number}" : $"{operation}_{number}.{i}")];
        AddNode(operation, inputs, names, domain, attributes);
        return names;
    }

    /// <summary>Writes the model file.</summary>
    /// <param name="path">The file; a model of more than 1 MB has its weights in <c>{path}.data</c> beside it.</param>
    /// <param name="graphName">A name for people.</param>
    /// <param name="largest">Bytes of one file; tests lower it.</param>
    public void Save(string path, string graphName, long largest = OnnxFile.Largest)
    {
        var header = new ProtoMessage().Integer(1, IrVersion).Text(2, "Pipeline.Modeling")
            .Message(8, new ProtoMessage().Text(1, "").Integer(2, Opset))
            .Message(8, new ProtoMessage().Text(1, Microsoft).Integer(2, 1));
        new OnnxFile(header, _nodesAndEnds.Text(2, graphName), _initializers).Write(path, largest);
    }

    private string Constant(Tensor values) => Weight($"constant_{_initializers.Count}", values);

    // A weight that two parts of the graph use is written once.
    private string Add(string name, OnnxInitializer initializer)
    {
        if (_names.Add(name)) _initializers.Add(initializer);
        return name;
    }

    private void AddNode(string operation, string[] inputs, string[] outputs, string domain, (string Name, object Value)[] attributes)
    {
        // Inputs that are left out at the end are left out of the file too.
        int given = Array.FindLastIndex(inputs, i => i.Length > 0) + 1;
        var node = new ProtoMessage().Texts(1, inputs[..given]).Texts(2, outputs).Text(3, outputs[0]).Text(4, operation);
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

    private static ProtoMessage ValueInfo(string name, OnnxElementType type, params ProtoMessage[] dimensions)
    {
        var shape = new ProtoMessage();
        foreach (var dimension in dimensions) shape.Message(1, dimension);
        var tensorType = new ProtoMessage().Integer(1, (int)type).Message(2, shape);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensorType));
    }
}
