using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;

namespace Pipeline.IntegrationTests.Scoring;

/// <summary>Models that say "spam" of texts with the word "win" in them, and "ham" of any other. Of a version "odd" it is the other way round.</summary>
internal sealed class WinModels : IModelSource
{
    private readonly List<string> _classified = [];
    private readonly Lock _lock = new();

    /// <summary>The version in production; null: there is none.</summary>
    public string? Production { get; set; } = "v1";

    /// <summary>What the models say that they answer.</summary>
    public ProblemType ProblemType { get; set; }

    /// <summary>Whether the models say that they read pairs.</summary>
    public bool HasPairs { get; set; }

    /// <summary>Called before texts are classified.</summary>
    public Action<IReadOnlyList<TextInput>> Before { get; set; } = _ => { };

    /// <summary>The texts that were classified.</summary>
    public IReadOnlyList<string> Classified
    {
        get
        {
            lock (_lock)
                return [.. _classified];
        }
    }

    public Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken) =>
        Task.FromResult(modelName == "mail" ? Production : null);

    public Task<bool> IsPublishedAsync(string modelName, string version, CancellationToken cancellationToken) => Task.FromResult(modelName == "mail");

    public Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> labels = ProblemType == ProblemType.Regression ? ["value"] : ["ham", "spam"];
        var manifest = new ModelManifest(
            modelName, version, $"{modelName}-0123456789ab", DateTimeOffset.UnixEpoch, labels, 128, new HeadlineMetrics(1, 1), [], ProblemType, HasPairs);
        return Task.FromResult(new LoadedModel(manifest, new Classifier(this, version == "odd"), () => { }));
    }

    private sealed class Classifier(WinModels owner, bool isOdd) : ITextClassifier
    {
        public Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken)
        {
            owner.Before(texts);
            lock (owner._lock)
                owner._classified.AddRange(texts.Select(t => t.Text));
            return Task.FromResult(texts.Select(Logits).ToArray());
        }

        public void Dispose()
        {
        }

        private float[] Logits(TextInput text)
        {
            var wins = text.Text.Contains("win", StringComparison.Ordinal) != isOdd;
            return owner.ProblemType == ProblemType.Regression ? [text.Text.Length] : wins ? [-1, 1] : [1, -1];
        }
    }
}
