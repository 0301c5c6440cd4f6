using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Roberta;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Onnx;

/// <summary>Writes models as ONNX for ONNX Runtime.</summary>
/// <remarks>
/// Inputs <c>input_ids</c>, <c>attention_mask</c> and, for families with token types, <c>token_type_ids</c>: int64
/// <c>[batch, sequence]</c>, both sizes free, padding on either side; output <c>logits</c>, fp32 <c>[batch, labels]</c>. Standard
/// operators of opset 17 and ONNX Runtime's <c>com.microsoft</c>.
/// </remarks>
public static class OnnxExporter
{
    /// <summary>What is added to the path of a model of more than 1 MB for the file of its weights.</summary>
    public const string WeightsSuffix = OnnxFile.WeightsSuffix;

    /// <summary>Writes a model.</summary>
    /// <param name="model">Of any dtype, on any device; dropout is left out.</param>
    /// <param name="path">
    /// The file; an existing one is replaced. Its folder must exist. The weights of a model of more than 1 MB stand
    /// in <c>{path}.data</c>, which must stay beside it: whoever loads it maps them into memory.
    /// </param>
    /// <param name="precision">Of the large matrices. Default fp32.</param>
    /// <exception cref="NotSupportedException">The model's family or its activation function has no ONNX form here.</exception>
    /// <exception cref="InvalidOperationException">The model has LoRA adapters that are not merged.</exception>
    public static void Export(SequenceClassifier model, string path, OnnxPrecision precision = OnnxPrecision.Float32)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph();
        Build(graph, model, precision);
        graph.Save(path, model.Config.ClassName);
    }

    private static void Build(OnnxGraph graph, SequenceClassifier model, OnnxPrecision precision)
    {
        switch (model.Config)
        {
            case GPT2Config config:
                GPT2Onnx.Build(graph, model, config, precision);
                break;
            case GPTNeoConfig config:
                GPTNeoOnnx.Build(graph, model, config, precision);
                break;
            case BertConfig config:
                BertOnnx.Build(graph, model, config, precision);
                break;
            case RobertaConfig config:
                BertOnnx.Build(graph, model, config, precision);
                break;
            case DistilBertConfig config:
                DistilBertOnnx.Build(graph, model, config, precision);
                break;
            default:
                throw new NotSupportedException($"The ONNX export does not know the family '{model.Config.ModelType}'.");
        }
    }
}
