using Pipeline.Core;
using Pipeline.Core.Baselines;
using Pipeline.Core.Tokenization;

namespace Pipeline.Trainer.Data;

/// <summary>All that a run is trained and measured on.</summary>
internal sealed record TrainingData(
    IReadOnlyList<Example> Train,
    IReadOnlyList<Example> Validation,
    IReadOnlyList<Example> Test,
    IReadOnlyList<string> Labels,
    ProblemType Problem,
    bool HasPairs,
    ITextTokenizer Tokenizer)
{
    /// <summary>Fills batches. GPT-2 itself has no token for it; there, as is usual, the one that ends a text serves.</summary>
    public int PadTokenId => Tokenizer.PadTokenId ?? Tokenizer.Template.SeparatorTokenId;

    /// <summary>How targets are standardised for training; leaves numbers as they are unless the problem is a regression.</summary>
    public TargetScale Scale => Problem == ProblemType.Regression ? TargetScale.Of(Train) : TargetScale.None;

    /// <summary>The numbers of examples, where the problem is a regression.</summary>
    public float[]? TargetsOf(IEnumerable<Example> examples) => Problem == ProblemType.Regression ? [.. examples.Select(e => e.Target)] : null;

    /// <summary>Makes inputs of at most so many tokens.</summary>
    public InputBuilder Inputs(int maxLength) => new(Tokenizer.Template, maxLength, PadTokenId);

    /// <summary>
    /// Texts are not stored: they are decoded from the tokens when a baseline wants words. WordPiece gives them back in its
    /// normal form and with spaces around signs, which changes no word that the baseline would tell apart.
    /// </summary>
    public IReadOnlyList<LabelledText> Texts(IReadOnlyList<Example> split) => [.. split.Select(example => new LabelledText(Text(example), example.Labels))];

    /// <summary>The same with the number of each.</summary>
    public IReadOnlyList<TargetText> TargetTexts(IReadOnlyList<Example> split) => [.. split.Select(example => new TargetText(Text(example), example.Target))];

    /// <summary>The text of an example as its tokens have it; a pair with a line break between.</summary>
    public string Text(Example example) => example.PairInputIds is { } pair
        ? Tokenizer.Decode(example.InputIds) + "\n" + Tokenizer.Decode(pair)
        : Tokenizer.Decode(example.InputIds);
}
