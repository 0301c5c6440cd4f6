using Pipeline.Functions.Serving;
using Pipeline.Modeling;
using Pipeline.Modeling.Onnx;

namespace Pipeline.Benchmarks.Onnx;

/// <summary>The four graphs of a model in ONNX Runtime, all with the settings of serving.</summary>
internal sealed class Graphs : IDisposable
{
    private static readonly string[] Names = ["int8", "fp32", "plain int8", "plain fp32"];

    private readonly OnnxModel[] _models;

    public Graphs(SequenceClassifier model, string folder, int threads)
    {
        string[] paths = [.. Names.Select(name => Path.Combine(folder, name + ".onnx"))];
        OnnxExporter.Export(model, paths[0], OnnxPrecision.Int8);
        OnnxExporter.Export(model, paths[1]);
        PlainGraph.Write(model, paths[2], int8: true);
        PlainGraph.Write(model, paths[3], int8: false);
        _models = [.. paths.Select(path => OnnxModel.Load(path, model.Labels.Count, threads))];
    }

    /// <summary>One of them, by the name of its column.</summary>
    public OnnxModel this[string name] => _models[Array.IndexOf(Names, name)];

    public IEnumerable<Candidate> Candidates(PaddedBatch batch, int rounds) =>
        Names.Zip(_models, (name, model) => new Candidate(name, () => model.Run(batch), rounds));

    public void Dispose()
    {
        foreach (var model in _models) model.Dispose();
    }
}
