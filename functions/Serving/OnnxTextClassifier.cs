using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving.Batching;
using Pipeline.Functions.Telemetry;

namespace Pipeline.Functions.Serving;

/// <summary>A model in ONNX Runtime: each request tokenizes and cuts its own texts, then all requests share the runs.</summary>
internal sealed class OnnxTextClassifier : ITextClassifier
{
    private readonly ITextModel _model;
    private readonly ITextTokenizer _tokenizer;
    private readonly int _maxLength;
    private readonly ModelMeter _meter;
    private readonly BatchQueue _queue;

    /// <summary>Puts a classifier together.</summary>
    /// <param name="model">The exported model; disposed with this.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="maxLength">Tokens of a text that are read.</param>
    /// <param name="maxBatchTokens">Tokens of one run, padding included.</param>
    /// <param name="maxQueuedTokens">Tokens that may wait for their run.</param>
    /// <param name="meter">Is told how long everything takes.</param>
    public OnnxTextClassifier(ITextModel model, ITextTokenizer tokenizer, int maxLength, int maxBatchTokens, int maxQueuedTokens, ModelMeter meter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        (_model, _tokenizer, _maxLength, _meter) = (model, tokenizer, maxLength, meter);
        // One run at a time: it uses all the threads there are, and two would only slow each other down.
        _queue = new BatchQueue(Run, maxBatchTokens, maxQueuedTokens);
    }

    /// <inheritdoc/>
    public async Task<float[][]> LogitsAsync(IReadOnlyList<TextInput> texts, TruncationSide? cutAt, CancellationToken cancellationToken)
    {
        ModelInput[] inputs;
        using (_meter.Tokenizing())
            inputs = [.. texts.Select((text, index) => Tokens(text, index, cutAt))];
        using (_meter.Waiting())
        {
            var since = _meter.Now;
            return await _queue.RunAsync([.. inputs.Select(input => new QueuedText(input, since))], cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private ModelInput Tokens(TextInput input, int index, TruncationSide? cutAt)
    {
        var template = _tokenizer.Template;
        var (text, pair) = (_tokenizer.Encode(input.Text), input.TextPair is { } second ? _tokenizer.Encode(second) : null);
        var tokens = text.Length + (pair is null ? template.SingleTokens : pair.Length + template.PairTokens);
        if (cutAt is null && tokens > _maxLength)
            throw new TextTooLongException(index, tokens, _maxLength);
        return template.Build(text, pair, _maxLength, cutAt ?? TruncationSide.End);
    }

    private float[][] Run(IReadOnlyList<QueuedText> batch)
    {
        using (_meter.Running(batch))
            return _model.Run(PaddedBatch.Of([.. batch.Select(t => t.Input)], _tokenizer.PadTokenId ?? _tokenizer.Template.SeparatorTokenId));
    }
}
