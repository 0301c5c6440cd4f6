using Pipeline.Modeling.Gpt2;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>Writes models as ONNX for ONNX Runtime.</summary>
/// <remarks>
/// Inputs <c>input_ids</c> and <c>attention_mask</c>, int64 <c>[batch, sequence]</c>, both sizes free, padded on the right;
/// output <c>logits</c>, fp32 <c>[batch, labels]</c>. Standard operators of opset 17 and ONNX Runtime's <c>com.microsoft</c>.
/// </remarks>
public static class OnnxExporter
{
    /// <summary>Writes a GPT-2 classifier, in fp32 whatever the dtype of its weights.</summary>
    /// <param name="model">On any device; dropout is left out.</param>
    /// <param name="path">The file; an existing one is replaced. Its folder must exist.</param>
    /// <exception cref="NotSupportedException">The file would have 2 GB or more.</exception>
    public static void Export(GPT2ForSequenceClassification model, string path)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph();
        new GPT2Onnx(graph, model).Build();
        graph.Save(path, nameof(GPT2ForSequenceClassification));
    }
}
