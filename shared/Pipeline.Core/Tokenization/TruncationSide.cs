namespace Pipeline.Core.Tokenization;

/// <summary>Where a text that is too long loses tokens; <c>truncation_side</c> in Hugging Face's words.</summary>
public enum TruncationSide
{
    /// <summary>At its end: the first tokens stay (<c>right</c>).</summary>
    End,

    /// <summary>At its start: the last tokens stay (<c>left</c>).</summary>
    Start,
}
