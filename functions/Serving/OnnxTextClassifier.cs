using Pipeline.Core.Tokenization;

namespace Pipeline.Functions.Serving;

/// <summary>Tokenizes, cuts, batches and runs a model in ONNX Runtime.</summary>
internal sealed class OnnxTextClassifier : ITextClassifier
{
    private readonly OnnxModel _model;
    private readonly ITextTokenizer _tokenizer;
    private readonly int _maxLength;
    private readonly int _maxBatchTokens;

    // A run uses all the threads there are: two at once would only slow each other down.
    private readonly SemaphoreSlim _running = new(1, 1);

    /// <summary>Puts a classifier together.</summary>
    /// <param name="model">The exported model; disposed with this.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="maxLength">Tokens of a text that are read.</param>
    /// <param name="maxBatchTokens">Tokens of one run, padding included.</param>
    public OnnxTextClassifier(OnnxModel model, ITextTokenizer tokenizer, int maxLength, int maxBatchTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        (_model, _tokenizer, _maxLength, _maxBatchTokens) = (model, tokenizer, maxLength, maxBatchTokens);
    }

    /// <inheritdoc/>
    public async Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, CancellationToken cancellationToken)
    {
        var inputs = texts.Select(Tokens).ToArray();
        var logits = new float[texts.Count][];
        foreach (var batch in TokenBatches.Plan([.. inputs.Select(i => i.InputIds.Length)], _maxBatchTokens))
        {
            var input = PaddedBatch.Of([.. batch.Select(i => inputs[i])], _tokenizer.PadTokenId ?? _tokenizer.Template.SeparatorTokenId);
            var output = await RunAsync(input, cancellationToken);
            for (var row = 0; row < batch.Length; row++)
                logits[batch[row]] = output[row];
        }

        return logits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _running.Dispose();
    }

    private ModelInput Tokens(TextInput input) =>
        _tokenizer.Template.Build(_tokenizer.Encode(input.Text), input.TextPair is { } pair ? _tokenizer.Encode(pair) : null, _maxLength);

    private async Task<float[][]> RunAsync(PaddedBatch input, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => _model.Run(input, cancellationToken), cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }
}
