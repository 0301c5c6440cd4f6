namespace Pipeline.Core.Tokenization;

/// <summary>A token that is found in a text before anything else and is never cut; <c>added_tokens</c> of a <c>tokenizer.json</c>.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
public sealed record AddedToken(string Content, int Id)
{
    /// <summary>White space before it belongs to it, as with RoBERTa's <c>&lt;mask&gt;</c>. Default false.</summary>
    public bool LStrip { get; init; }

    /// <summary>White space after it belongs to it. Default false.</summary>
    public bool RStrip { get; init; }

    /// <summary>It is looked for in the normalized text (a lower-cased one, say), not in the text as it is. Default false.</summary>
    public bool Normalized { get; init; }

    /// <summary>It means something to the model and is no text. Default true.</summary>
    public bool Special { get; init; } = true;
}
