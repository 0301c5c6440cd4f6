using System.Collections.Immutable;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// Where a model family puts its special tokens around a text or a pair of texts; the part that
/// <c>post_processor</c> plays in Hugging Face's <c>tokenizer.json</c>.
/// </summary>
public sealed class SpecialTokenTemplate
{
    /// <summary>A template of pieces.</summary>
    /// <param name="single">For one text; holds it once.</param>
    /// <param name="pair">For two texts; holds each once.</param>
    /// <param name="separatorTokenId">Ends a text: <c>[SEP]</c>, <c>&lt;/s&gt;</c>, <c>&lt;|endoftext|&gt;</c>.</param>
    /// <param name="hasTokenTypes">Whether the family's models read token types.</param>
    /// <exception cref="ArgumentException">A text is missing, or is there twice.</exception>
    public SpecialTokenTemplate(IEnumerable<TemplatePiece> single, IEnumerable<TemplatePiece> pair, int separatorTokenId, bool hasTokenTypes)
    {
        Single = [.. single];
        Pair = [.. pair];
        SeparatorTokenId = separatorTokenId;
        HasTokenTypes = hasTokenTypes;
        if (Count(Single, TemplateSlot.Text) != 1 || Count(Single, TemplateSlot.Pair) != 0)
            throw new ArgumentException("A template for one text must hold it once.", nameof(single));
        if (Count(Pair, TemplateSlot.Text) != 1 || Count(Pair, TemplateSlot.Pair) != 1)
            throw new ArgumentException("A template for two texts must hold each once.", nameof(pair));
    }

    /// <summary>The pieces around one text.</summary>
    public ImmutableArray<TemplatePiece> Single { get; }

    /// <summary>The pieces around two texts.</summary>
    public ImmutableArray<TemplatePiece> Pair { get; }

    /// <summary>Ends a text: <c>[SEP]</c>, <c>&lt;/s&gt;</c>, <c>&lt;|endoftext|&gt;</c>. Serves as padding where the vocabulary has no token for it.</summary>
    public int SeparatorTokenId { get; }

    /// <summary>Whether the family's models read token types.</summary>
    public bool HasTokenTypes { get; }

    /// <summary>Special tokens around one text.</summary>
    public int SingleTokens => Count(Single, TemplateSlot.Token);

    /// <summary>Special tokens around two texts.</summary>
    public int PairTokens => Count(Pair, TemplateSlot.Token);

    /// <summary>BERT: <c>[CLS] A [SEP] B [SEP]</c>, with types 0 and 1. DistilBERT: the same, but its models read no types.</summary>
    public static SpecialTokenTemplate Bert(int cls, int sep, bool hasTokenTypes = true) => new(
        [TemplatePiece.Token(cls), TemplatePiece.Text(), TemplatePiece.Token(sep)],
        [TemplatePiece.Token(cls), TemplatePiece.Text(), TemplatePiece.Token(sep), TemplatePiece.Pair(1), TemplatePiece.Token(sep, 1)],
        sep,
        hasTokenTypes);

    /// <summary>RoBERTa: <c>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>.</summary>
    public static SpecialTokenTemplate Roberta(int cls, int sep) => new(
        [TemplatePiece.Token(cls), TemplatePiece.Text(), TemplatePiece.Token(sep)],
        [TemplatePiece.Token(cls), TemplatePiece.Text(), TemplatePiece.Token(sep), TemplatePiece.Token(sep), TemplatePiece.Pair(), TemplatePiece.Token(sep)],
        sep,
        hasTokenTypes: false);

    /// <summary>
    /// GPT-2 and GPT-Neo: a text stands alone. They were never taught pairs; the two texts of one are kept apart by the
    /// token that ends a document, <c>A &lt;|endoftext|&gt; B</c>.
    /// </summary>
    public static SpecialTokenTemplate Gpt(int endOfText) => new(
        [TemplatePiece.Text()],
        [TemplatePiece.Text(), TemplatePiece.Token(endOfText), TemplatePiece.Pair()],
        endOfText,
        hasTokenTypes: false);

    /// <summary>Cuts the texts as Hugging Face's <c>longest_first</c> does, then puts the special tokens around them.</summary>
    /// <param name="text">Ids of the text, without special tokens.</param>
    /// <param name="pair">Ids of the second text; null where there is none.</param>
    /// <param name="maxLength">Ids of the result, at most.</param>
    /// <param name="cutAt">Where a text that is too long loses tokens. Default: at its end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The special tokens alone do not fit.</exception>
    public ModelInput Build(ReadOnlySpan<int> text, int[]? pair, int maxLength, TruncationSide cutAt = TruncationSide.End)
    {
        var pieces = pair is null ? Single : Pair;
        var room = maxLength - Count(pieces, TemplateSlot.Token);
        if (room < 0)
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, $"The special tokens around {(pair is null ? "a text" : "a pair")} take {maxLength - room} of the tokens.");

        var (first, second) = pair is null ? (Math.Min(text.Length, room), 0) : PairTruncation.LongestFirst(text.Length, pair.Length, maxLength, room);
        var ids = new int[maxLength - room + first + second];
        var types = HasTokenTypes ? new int[ids.Length] : null;
        var at = 0;
        foreach (var piece in pieces)
        {
            var start = at;
            switch (piece.Slot)
            {
                case TemplateSlot.Text:
                    Kept(text, first, cutAt).CopyTo(ids.AsSpan(at));
                    at += first;
                    break;
                case TemplateSlot.Pair:
                    Kept(pair, second, cutAt).CopyTo(ids.AsSpan(at));
                    at += second;
                    break;
                default:
                    ids[at++] = piece.TokenId;
                    break;
            }

            types?.AsSpan(start, at - start).Fill(piece.TypeId);
        }

        return new ModelInput(ids, types);
    }

    private static ReadOnlySpan<int> Kept(ReadOnlySpan<int> ids, int count, TruncationSide cutAt) =>
        cutAt == TruncationSide.End ? ids[..count] : ids[^count..];

    private static int Count(ImmutableArray<TemplatePiece> pieces, TemplateSlot slot) => pieces.Count(p => p.Slot == slot);
}
