using Pipeline.Core;

namespace Pipeline.Functions.Serving.Explaining;

/// <summary>
/// Says which words moved a score: each is left out once, and its weight is by how much the evidence for the label falls (Li, Monroe and
/// Jurafsky 2016, "Understanding Neural Networks through Representation Erasure"; on log-odds as in Robnik-Šikonja and Kononenko 2008,
/// "Explaining Classifications for Individual Instances"). It works for every family, since no mask token is needed.
/// </summary>
internal static class Occlusion
{
    // So many stand in the model's queue at a time: a request of others waits behind these, not behind all.
    private const int VariantsAtOnce = 32;

    // More exact than the arithmetic is.
    private const int WeightDigits = 4;

    /// <summary>Classifies inputs and explains the labels they are given.</summary>
    /// <param name="model">A held version.</param>
    /// <param name="inputs">Of the kind that the model reads.</param>
    /// <param name="options">As in <see cref="LoadedModel.ClassifyAsync"/>.</param>
    /// <param name="words">Words given for each label, at most.</param>
    /// <param name="passes">Runs of the model for each input, at most; at least 3.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>As <see cref="LoadedModel.ClassifyAsync"/>, with words: of a model of several labels for each that is given, else for the first.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ExplainAsync(
        LoadedModel model, IReadOnlyList<TextInput> inputs, AnswerOptions options, int words, int passes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, 3);
        var answers = new List<IReadOnlyList<LabelScore>>();
        foreach (var (index, input) in inputs.Index())
        {
            try
            {
                answers.Add(await ExplainAsync(model, input, options, words, passes, cancellationToken));
            }
            catch (TextTooLongException tooLong)
            {
                // It knows its place among the variants of this input alone.
                throw new TextTooLongException(index, tooLong.Tokens, tooLong.Limit);
            }
        }

        return answers;
    }

    private static async Task<IReadOnlyList<LabelScore>> ExplainAsync(
        LoadedModel model, TextInput input, AnswerOptions options, int words, int passes, CancellationToken cancellationToken)
    {
        // A word has a token at least: what comes behind is cut off, and leaving it out would change nothing.
        var spans = WordSpans.Joined(WordSpans.Of(input, most: model.Manifest.MaxLength), passes - 1);
        TextInput[] variants = [input, .. spans.Select(s => s.LeftOut(input))];
        var logits = new List<float[]>();
        foreach (var some in variants.Chunk(VariantsAtOnce))
            logits.AddRange(await model.LogitsAsync(some, options.CutAt, cancellationToken));

        var evidence = logits.ConvertAll(row => Evidence.Of(row, model.Manifest.ProblemType));
        var answer = model.Answer(logits[0], options);
        var isMulti = model.Manifest.ProblemType == ProblemType.MultiLabelClassification;
        return [.. answer.Select((label, rank) => rank == 0 || isMulti ? label with { Words = Words(label) } : label)];

        IReadOnlyList<WordWeight> Words(LabelScore label)
        {
            var id = label.Label is null ? 0 : model.Manifest.Labels.Index().First(l => l.Item == label.Label).Index;
            return
            [
                .. spans
                    .Select((span, i) => new WordWeight(
                        span.Start, span.End, span.Word(input), MathF.Round(evidence[0][id] - evidence[i + 1][id], WeightDigits),
                        input.TextPair is null ? null : span.IsPair ? "text_pair" : "text"))
                    .OrderByDescending(w => MathF.Abs(w.Weight))
                    .Take(words),
            ];
        }
    }
}
