namespace Pipeline.Functions.Serving;

/// <summary>A model that classifies text. Safe to use from several requests at the same time.</summary>
internal interface ITextClassifier : IDisposable
{
    /// <summary>The model's raw outputs.</summary>
    /// <param name="texts">What to classify; each is cut to what the model reads.</param>
    /// <param name="cancellationToken">Ends the wait of texts that are not being run; a run under way is waited for.</param>
    /// <returns>For each text, in the order given, one logit per label.</returns>
    /// <exception cref="Batching.OverloadedException">Too many texts wait already.</exception>
    Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, CancellationToken cancellationToken);
}
