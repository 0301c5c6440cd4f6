using System.Buffers;

namespace Pipeline.Core.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, and of those that begin at one place the longest, as Hugging Face does.</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _contents;

    /// <param name="tokens">What to find, by the text that stands for it.</param>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _contents = SearchValues.Create([.. _tokens.Select(t => t.Content)], StringComparison.Ordinal);
    }

    /// <summary>Whether there is anything to find.</summary>
    public bool IsEmpty => _tokens.Length == 0;

    /// <summary>The next token of a text.</summary>
    /// <param name="text">Where to look.</param>
    /// <param name="token">What was found.</param>
    /// <param name="before">Characters of ordinary text before it.</param>
    /// <param name="end">Where the rest begins.</param>
    public bool TryFind(ReadOnlySpan<char> text, out AddedToken token, out int before, out int end)
    {
        before = IsEmpty ? -1 : text.IndexOfAny(_contents);
        if (before < 0)
        {
            (token, before, end) = (null!, text.Length, text.Length);
            return false;
        }

        token = At(text[before..]);
        end = before + token.Content.Length;
        if (token.LStrip)
            before = text[..before].TrimEnd().Length;
        if (token.RStrip)
            end = text.Length - text[end..].TrimStart().Length;
        return true;
    }

    private AddedToken At(ReadOnlySpan<char> text)
    {
        foreach (var token in _tokens)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
                return token;
        }

        throw new InvalidOperationException("No added token begins where one was found.");
    }
}
