namespace Pipeline.Core.Tokenization;

/// <summary>Cuts a normalized text into words and each word into the longest tokens there are, from left to right.</summary>
internal sealed class WordPieceModel
{
    private readonly WordPieceTrie _begins = new();
    private readonly WordPieceTrie _goesOn = new();
    private readonly int _longestWord;

    /// <exception cref="InvalidDataException">The vocabulary has no token for the unknown.</exception>
    public WordPieceModel(WordPieceVocabulary vocabulary)
    {
        UnknownId = vocabulary.Tokens.TryGetValue(vocabulary.UnknownToken, out var unknown)
            ? unknown
            : throw new InvalidDataException($"The vocabulary has no token '{vocabulary.UnknownToken}' for unknown words.");
        _longestWord = vocabulary.MaxInputCharsPerWord;
        foreach (var (token, id) in vocabulary.Tokens)
        {
            _begins.Add(token, id);
            if (token.Length > vocabulary.ContinuingPrefix.Length && token.StartsWith(vocabulary.ContinuingPrefix, StringComparison.Ordinal))
                _goesOn.Add(token[vocabulary.ContinuingPrefix.Length..], id);
        }
    }

    /// <summary>Stands for a word that the tokens cannot make.</summary>
    public int UnknownId { get; }

    /// <summary>Appends the ids of a normalized text (Hugging Face's <c>BertPreTokenizer</c> and <c>WordPiece</c>).</summary>
    public void Encode(ReadOnlySpan<int> text, IdBuffer ids)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            var traits = BertTraits.None;
            while (end < text.Length && ((traits = BertCharacter.Of(text[end])) & (BertTraits.WhiteSpace | BertTraits.Punctuation)) == 0)
                end++;
            if (end > start)
                EncodeWord(text[start..end], ids);
            if (end < text.Length && (traits & BertTraits.WhiteSpace) == 0)
                EncodeWord(text.Slice(end, 1), ids);
            start = end + 1;
        }
    }

    private void EncodeWord(ReadOnlySpan<int> word, IdBuffer ids)
    {
        var start = ids.Count;
        if (word.Length > _longestWord)
        {
            ids.Add(UnknownId);
            return;
        }

        for (var trie = _begins; !word.IsEmpty; trie = _goesOn)
        {
            var length = trie.LongestPrefix(word, out var id);
            if (length == 0)
            {
                // A word with one part that is unknown is unknown as a whole.
                ids.CutTo(start);
                ids.Add(UnknownId);
                return;
            }

            ids.Add(id);
            word = word[length..];
        }
    }
}
