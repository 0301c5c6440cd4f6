using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Metrics;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>Puts small versions of a model into storage, laid out as the trainer publishes them.</summary>
internal static class PublishedVersion
{
    private static readonly string[] Labels = ["ham", "spam"];

    /// <summary>Writes a version's files and its manifest. The word "win" speaks for the label given, every other byte for nothing.</summary>
    /// <param name="storage">The account.</param>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="winMeans">What the letter w speaks for: <c>ham</c> or <c>spam</c>.</param>
    /// <param name="createdAt">When it says it was published.</param>
    /// <param name="cancel">Stops the upload.</param>
    /// <param name="int8WinMeans">The same for the graph in int8; null: the version has none.</param>
    /// <param name="serves">Which of them the manifest names; null: none, as manifests did before there was a choice.</param>
    public static async Task<ModelManifest> WriteAsync(
        BlobServiceClient storage, string model, string version, string winMeans, DateTimeOffset createdAt, CancellationToken cancel,
        string? int8WinMeans = null, GraphPrecision? serves = null)
    {
        var files = Files(winMeans, int8WinMeans);
        var container = storage.GetBlobContainerClient(BlobLayout.Models);
        foreach (var (path, content) in files)
            await container.UploadBlobAsync(BlobLayout.Version(model, version) + path, BinaryData.FromBytes(content), cancel);
        var manifest = new ModelManifest(
            model, version, $"{model}-0123456789ab", createdAt, Labels, MaxLength: 16, new HeadlineMetrics(0.9, 0.8),
            [.. files.Select(f => new ModelFile(f.Key, f.Value.Length, Convert.ToHexStringLower(SHA256.HashData(f.Value))))],
            Onnx: serves is { } graph ? new OnnxMetrics(new OnnxGraphMetrics(0, 0, 0.9), new OnnxGraphMetrics(0.1, 0.01, 0.9)) { Serves = graph } : null);
        await WriteJsonAsync(container, BlobLayout.Manifest(model, version), manifest, cancel);
        return manifest;
    }

    /// <summary>Points the model at a version.</summary>
    public static Task SwitchAsync(BlobServiceClient storage, string model, string version, CancellationToken cancel) =>
        WriteJsonAsync(
            storage.GetBlobContainerClient(BlobLayout.Models), BlobLayout.Production(model), new ProductionPointer(version, DateTimeOffset.UnixEpoch), cancel);

    private static Task WriteJsonAsync<T>(BlobContainerClient container, string blob, T value, CancellationToken cancel) =>
        container.GetBlobClient(blob).UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value, PipelineJson.Indented)), overwrite: true, cancel);

    private static Dictionary<string, byte[]> Files(string winMeans, string? int8WinMeans)
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add("win money now");
        var vocabulary = trainer.Train(ByteLevelBpeTrainer.MinimumVocabularySize);
        var folder = Directory.CreateTempSubdirectory("published-").FullName;
        try
        {
            HuggingFaceTokenizer.Save(folder, new ByteLevelBpeTokenizer(vocabulary), modelMaxLength: 16);
            var files = Directory.EnumerateFiles(folder).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);
            var tokenizer = HuggingFaceTokenizer.Load(folder);
            var table = new float[tokenizer.VocabularySize, Labels.Length];
            table[tokenizer.Encode("w").Single(), Array.IndexOf(Labels, winMeans)] = 3;
            files["onnx/model.onnx"] = TinyOnnx.BagOfWords(table);
            if (int8WinMeans is not null)
            {
                var int8 = new float[tokenizer.VocabularySize, Labels.Length];
                int8[tokenizer.Encode("w").Single(), Array.IndexOf(Labels, int8WinMeans)] = 3;
                files["onnx/model_int8.onnx"] = TinyOnnx.BagOfWords(int8);
            }

            // Large in a real version; must never be fetched for serving.
            files["model.safetensors"] = [1, 2, 3];
            return files;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
