using Microsoft.ML.OnnxRuntime;
using Pipeline.Modeling.Onnx;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

/// <summary>A model that was exported, in ONNX Runtime.</summary>
internal sealed class ExportedModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InferenceSession _session;

    public ExportedModel(SequenceClassifier model, OnnxPrecision precision = OnnxPrecision.Float32)
    {
        string path = Path.Combine(_folder.Path, "model.onnx");
        OnnxExporter.Export(model, path, precision);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
    }

    /// <summary>Of the file and its weights.</summary>
    public long Bytes => Directory.EnumerateFiles(_folder.Path).Sum(file => new FileInfo(file).Length);

    public IReadOnlyList<string> Inputs => _session.InputNames;

    /// <summary>The logits; token types are zeros where the graph asks for them and none are given.</summary>
    public Tensor Run(Tensor ids, Tensor mask, Tensor? types = null)
    {
        OrtValue[] inputs = [.. Inputs.Select(name => Value(name switch { "input_ids" => ids, "attention_mask" => mask, _ => types ?? zeros_like(ids) }))];
        try
        {
            using var options = new RunOptions();
            using var outputs = _session.Run(options, Inputs, inputs, ["logits"]);
            var logits = outputs[0];
            return tensor(logits.GetTensorDataAsSpan<float>().ToArray()).view(logits.GetTensorTypeAndShape().Shape);
        }
        finally
        {
            foreach (var input in inputs) input.Dispose();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    private static OrtValue Value(Tensor values) =>
        OrtValue.CreateTensorValueFromMemory(values.to_type(int64).contiguous().data<long>().ToArray(), values.shape);
}
