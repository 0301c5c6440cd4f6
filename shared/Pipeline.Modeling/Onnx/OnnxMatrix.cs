using Pipeline.Modeling.Layers;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>A learned matrix <c>[in, out]</c> with its bias <c>[out]</c>, as products in ONNX take it. Values are views of the model's own, or computed when asked for.</summary>
/// <param name="Name">Of its constants in the graph.</param>
/// <param name="Input">Rows.</param>
/// <param name="Output">Columns.</param>
/// <param name="Weight">Gives the matrix, <c>[in, out]</c>.</param>
/// <param name="Bias">Gives the bias; null where there is none.</param>
internal sealed record OnnxMatrix(string Name, long Input, long Output, Func<Tensor> Weight, Func<Tensor>? Bias)
{
    /// <summary>A layer's matrix.</summary>
    public static OnnxMatrix Of(string name, Projection layer)
    {
        if (layer.Adapter is not null) throw new InvalidOperationException($"'{name}' has a LoRA adapter; merge it into the model before the export.");
        return new OnnxMatrix(
            name,
            layer.InputWidth,
            layer.OutputWidth,
            layer.IsTransposed ? () => layer.weight : () => layer.weight.t(),
            layer.bias is null ? null : () => layer.bias);
    }

    /// <summary>Several matrices of one input side by side, so that one product does the work of all.</summary>
    public static OnnxMatrix Join(string name, params OnnxMatrix[] parts) => new(
        name,
        parts[0].Input,
        parts.Sum(p => p.Output),
        () => cat([.. parts.Select(p => p.Weight())], 1),
        parts.Any(p => p.Bias is not null) ? () => cat([.. parts.Select(p => p.Bias?.Invoke() ?? p.Weight().new_zeros(p.Output))], 0) : null);

    /// <summary><paramref name="count"/> columns from <paramref name="start"/>.</summary>
    public OnnxMatrix Columns(string name, long start, long count) => new(
        name,
        Input,
        count,
        () => Weight().narrow(1, start, count),
        Bias is null ? null : () => Bias().narrow(0, start, count));
}
