using System.Collections.Concurrent;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;

namespace Pipeline.UnitTests.Serving;

/// <summary>Models made up on the spot: each version answers with its own name as the likeliest label.</summary>
internal sealed class FakeModelSource : IModelSource
{
    /// <summary>Tokens, which are characters here, that the models read.</summary>
    public const int MaxLength = 128;

    private readonly ConcurrentDictionary<string, string> _production = new();

    /// <summary>Versions that fail to load.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    /// <summary>What the models say that they answer.</summary>
    public ProblemType ProblemType { get; set; }

    /// <summary>How the models make answers of probabilities.</summary>
    public DecisionRule? Decisions { get; set; }

    /// <summary>Whether the models say that they read pairs.</summary>
    public bool HasPairs { get; set; }

    /// <summary>What the models compute for each text.</summary>
    public float[] Logits { get; set; } = [1f, 0f];

    /// <summary>Where the last texts were to be cut.</summary>
    public TruncationSide? LastCut { get; private set; }

    /// <summary>What each model says that it takes.</summary>
    public long Bytes { get; set; } = 100;

    /// <summary>Every load, in order.</summary>
    public ConcurrentQueue<string> Loads { get; } = new();

    /// <summary>Every version that was let go, in order.</summary>
    public ConcurrentQueue<string> Released { get; } = new();

    /// <summary>How often the pointer was read.</summary>
    public int Checks;

    /// <summary>How many calls have begun to classify.</summary>
    public int Classifying;

    /// <summary>Loads wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Classify calls wait for this.</summary>
    public Task ClassifyGate { get; set; } = Task.CompletedTask;

    /// <summary>Reading the pointer throws this.</summary>
    public Exception? PointerFailure { get; set; }

    public void Publish(string model, string version) => _production[model] = version;

    public void Withdraw(string model) => _production.TryRemove(model, out _);

    public Task<string?> FindProductionVersionAsync(string modelName, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Checks);
        return PointerFailure is { } failure ? Task.FromException<string?>(failure) : Task.FromResult(_production.GetValueOrDefault(modelName));
    }

    /// <summary>Versions that are published beside the one in production.</summary>
    public ConcurrentDictionary<(string Model, string Version), bool> Published { get; } = new();

    public Task<bool> IsPublishedAsync(string modelName, string version, CancellationToken cancellationToken) =>
        Task.FromResult(_production.GetValueOrDefault(modelName) == version || Published.ContainsKey((modelName, version)));

    public async Task<LoadedModel> LoadAsync(string modelName, string version, CancellationToken cancellationToken)
    {
        Loads.Enqueue(version);
        await Gate.WaitAsync(cancellationToken);
        if (Broken.ContainsKey(version))
            throw new InvalidDataException($"Version '{version}' is broken.");
        var manifest = new ModelManifest(modelName, version, "run", DateTimeOffset.UnixEpoch, [version, "other"], MaxLength, new HeadlineMetrics(1, 1), [], ProblemType, HasPairs, Decisions);
        return new LoadedModel(manifest, new FakeClassifier(this), () => Released.Enqueue(version)) { Bytes = Bytes };
    }

    private sealed class FakeClassifier(FakeModelSource source) : ITextClassifier
    {
        private bool _disposed;

        public async Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            source.LastCut = cutAt;
            Interlocked.Increment(ref source.Classifying);
            await source.ClassifyGate.WaitAsync(cancellationToken);
            // Not Task.Yield: loops that only yield keep the thread pool to themselves.
            await Task.Delay(1, cancellationToken);
            ObjectDisposedException.ThrowIf(_disposed, this);
            // A character is a token.
            if (cutAt is null && texts.Index().FirstOrDefault(t => t.Item.Text.Length > MaxLength) is { Item: { } tooLong, Index: var index })
                throw new TextTooLongException(index, tooLong.Text.Length, MaxLength);
            return [.. texts.Select(_ => source.Logits)];
        }

        public void Dispose() => _disposed = true;
    }
}
