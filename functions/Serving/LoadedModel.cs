using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Drift;

namespace Pipeline.Functions.Serving;

/// <summary>A version in memory. It lives as long as the cache or a request holds it; the last to let go disposes it.</summary>
/// <param name="manifest">What it is.</param>
/// <param name="classifier">The engine.</param>
/// <param name="released">Called after the classifier has been disposed; deletes the files.</param>
internal sealed class LoadedModel(ModelManifest manifest, ITextClassifier classifier, Action released)
{
    // Holders, the cache included; 0 is for good.
    private int _holders = 1;

    /// <summary>What it is.</summary>
    public ModelManifest Manifest { get; } = manifest;

    /// <summary>Memory that it takes, about: the bytes of its graph.</summary>
    public long Bytes { get; init; }

    /// <summary>Counts what is answered; null: nobody does.</summary>
    public PredictionTally? Tally { get; set; }

    /// <summary>Takes a hold, to be ended by <see cref="Release"/>.</summary>
    /// <returns>False if the model has already been let go.</returns>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }

        return false;
    }

    /// <summary>Ends a hold.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        classifier.Dispose();
        released();
    }

    /// <summary>Classifies texts; only while it is held.</summary>
    /// <param name="texts">Of the kind that the model reads: texts or pairs.</param>
    /// <param name="options">What of them is read, and how the answer is given.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>For each text the likeliest labels, best first; of a regression its number alone.</returns>
    /// <exception cref="TextTooLongException">A text is too long and was not to be cut.</exception>
    /// <exception cref="InvalidDataException">The model computes what is no number.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(
        IReadOnlyList<TextInput> texts, AnswerOptions options, CancellationToken cancellationToken)
    {
        var logits = await LogitsAsync(texts, options.CutAt, cancellationToken);
        return [.. logits.Select(row => Answer(row, options))];
    }

    /// <summary>The model's raw outputs; only while it is held. Parameters and errors as in <see cref="ClassifyAsync"/>.</summary>
    /// <returns>For each text, in the order given, one logit per label.</returns>
    public async Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken)
    {
        var logits = await classifier.LogitsAsync(texts, cutAt, cancellationToken);
        return logits.All(row => row.All(float.IsFinite))
            ? logits
            : throw new InvalidDataException($"Version '{Manifest.Version}' of model '{Manifest.ModelName}' computes scores that are no numbers.");
    }

    /// <summary>Makes an answer of a text's logits, and counts it; parameters as in <see cref="ClassifyAsync"/>.</summary>
    public IReadOnlyList<LabelScore> Answer(float[] logits, AnswerOptions options)
    {
        Tally?.Add(Manifest, logits);
        return Manifest.ProblemType switch
        {
            ProblemType.MultiLabelClassification => Sigmoid.Rank(logits, Manifest.Labels, options, Manifest.Decisions?.Thresholds),
            ProblemType.Regression => [new LabelScore(null, logits[0])],
            _ => Softmax.Rank(logits, Manifest.Labels, options, Manifest.Decisions?.AbstainBelow),
        };
    }
}
