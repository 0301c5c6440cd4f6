namespace Pipeline.Modeling.Onnx;

/// <summary>How a graph holds its large matrices and multiplies by them. Everything else of a graph is the same in every precision.</summary>
internal abstract class OnnxProducts(OnnxGraph graph)
{
    protected OnnxGraph Graph { get; } = graph;

    public static OnnxProducts Of(OnnxPrecision precision, OnnxGraph graph) => precision switch
    {
        OnnxPrecision.Float32 => new Float32Products(graph),
        OnnxPrecision.Int8 => new Int8Products(graph),
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary><c>x W + b</c>.</summary>
    public abstract string Linear(string x, OnnxMatrix matrix);

    /// <summary>The activation function of <c>x W + b</c>.</summary>
    public abstract string Activated(string x, OnnxMatrix matrix, string activation);

    /// <summary>
    /// Attention of all tokens of <c>[batch, seq, width]</c> to each other, with the joint projection to query, key and value.
    /// </summary>
    /// <param name="x">The tokens.</param>
    /// <param name="queryKeyValue">Of <c>3 × width</c> columns, with a bias.</param>
    /// <param name="lengths"><c>[batch]</c> int32: tokens of each text, those behind are not attended to; empty: all are.</param>
    /// <param name="attributes">Of ONNX Runtime's <c>Attention</c>.</param>
    public abstract string Attention(string x, OnnxMatrix queryKeyValue, string lengths, params (string, object)[] attributes);

    /// <summary>Rows of a table: <c>[…]</c> int64 to <c>[…, width]</c>.</summary>
    public abstract string Lookup(string ids, string name, TorchSharp.torch.Tensor table);

    /// <summary>The constant of a matrix's bias; an empty name where it has none.</summary>
    protected string Bias(OnnxMatrix matrix) =>
        matrix.Bias is null ? "" : Graph.Weight(matrix.Name + ".bias", OnnxElementType.Float, [matrix.Output], matrix.Bias);

    /// <summary>The same, with zeros where the matrix has no bias, for operators that ask for one.</summary>
    protected string RequiredBias(OnnxMatrix matrix) =>
        Bias(matrix with { Bias = matrix.Bias ?? (() => TorchSharp.torch.zeros(matrix.Output)) });
}
