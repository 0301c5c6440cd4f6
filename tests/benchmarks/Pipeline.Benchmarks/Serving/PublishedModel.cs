using Azure.Storage.Blobs;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling;
using Pipeline.Modeling.Onnx;

namespace Pipeline.Benchmarks.Serving;

/// <summary>A model in storage, as the trainer publishes it, but without the files that serving does not read.</summary>
/// <param name="storage">The account.</param>
/// <param name="name">The model's name.</param>
/// <param name="folder">A version's files.</param>
/// <param name="labels">By id.</param>
/// <param name="maxLength">Tokens of a text that it reads.</param>
internal sealed class PublishedModel(BlobServiceClient storage, string name, string folder, IReadOnlyList<string> labels, int maxLength)
{
    /// <summary>Writes a model's graphs and its tokenizer into a folder.</summary>
    public static void Write(string folder, SequenceClassifier model, ITextTokenizer tokenizer)
    {
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        OnnxExporter.Export(model, Path.Combine(folder, "onnx/model.onnx"));
        OnnxExporter.Export(model, Path.Combine(folder, "onnx/model_int8.onnx"), OnnxPrecision.Int8);
        HuggingFaceTokenizer.Save(folder, tokenizer, model.Config.MaxPositions);
    }

    /// <summary>Publishes the folder as a version whose manifest names a graph, and moves the pointer to it.</summary>
    public async Task SwitchToAsync(string version, GraphPrecision serves, CancellationToken cancellationToken)
    {
        var graph = new OnnxGraphMetrics(0);
        var manifest = new ModelManifest(name, version, $"{name}-{version}", DateTimeOffset.UtcNow, labels, maxLength, new HeadlineMetrics(0, 0), [], Onnx: new OnnxMetrics(graph, graph) { Serves = serves });
        await new ModelPublisher(storage).PublishAsync(folder, manifest, _ => Task.CompletedTask, cancellationToken);
        var current = await new ModelStore(storage).FindProductionAsync(name, cancellationToken);
        if (await new ProductionSwitch(storage, TimeProvider.System).TryMoveAsync(name, version, current, null, cancellationToken) is null)
            throw new InvalidOperationException($"The pointer of {name} was moved by another.");
    }
}
