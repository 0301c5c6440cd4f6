using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Serving;

/// <summary>A model that classifies text. Safe to use from several requests at the same time.</summary>
internal interface ITextClassifier : IDisposable
{
    /// <summary>The model's raw outputs.</summary>
    /// <param name="texts">What to classify.</param>
    /// <param name="cutAt">Where a text longer than the model reads is cut; null: it is refused.</param>
    /// <param name="cancellationToken">Ends the wait of texts that are not being run; a run under way is waited for.</param>
    /// <returns>For each text, in the order given, one logit per label.</returns>
    /// <exception cref="Batching.OverloadedException">Too many texts wait already.</exception>
    /// <exception cref="TextTooLongException">A text is too long and <paramref name="cutAt"/> is null; no text was run.</exception>
    Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken);
}
