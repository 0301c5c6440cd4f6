namespace Pipeline.Core.Tokenization;

/// <summary>What stands at one place of a <see cref="SpecialTokenTemplate"/>.</summary>
public enum TemplateSlot
{
    /// <summary>A special token.</summary>
    Token,

    /// <summary>The text, or the first of a pair (Hugging Face's <c>A</c>).</summary>
    Text,

    /// <summary>The second text of a pair (Hugging Face's <c>B</c>).</summary>
    Pair,
}

/// <summary>One place of a <see cref="SpecialTokenTemplate"/>.</summary>
/// <param name="Slot">What stands there.</param>
/// <param name="TokenId">The special token; -1 for a text.</param>
/// <param name="TypeId">Token type of all that stands there.</param>
public readonly record struct TemplatePiece(TemplateSlot Slot, int TokenId, int TypeId)
{
    /// <summary>A special token.</summary>
    public static TemplatePiece Token(int id, int typeId = 0) => new(TemplateSlot.Token, id, typeId);

    /// <summary>The text, or the first of a pair.</summary>
    public static TemplatePiece Text(int typeId = 0) => new(TemplateSlot.Text, -1, typeId);

    /// <summary>The second text of a pair.</summary>
    public static TemplatePiece Pair(int typeId = 0) => new(TemplateSlot.Pair, -1, typeId);
}
