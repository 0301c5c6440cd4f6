using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// The tokenizer of BERT and DistilBERT: added tokens, then normalized words, then the longest tokens of each word.
/// Gives the ids of Hugging Face's <c>tokenizers</c>. Safe to use from several threads.
/// </summary>
public sealed class WordPieceTokenizer : ITextTokenizer
{
    private readonly EncoderPool<WordPieceEncoder> _encoders;
    private readonly AddedTokenFinder _added;
    private readonly AddedTokenFinder _addedNormalized;
    private readonly string?[] _texts;

    /// <summary>Builds the tokenizer of a vocabulary.</summary>
    /// <exception cref="InvalidDataException">The vocabulary has no token for unknown words.</exception>
    public WordPieceTokenizer(WordPieceVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        var model = new WordPieceModel(vocabulary);
        var normalizer = new BertNormalizer(vocabulary.Normalization);
        _encoders = new EncoderPool<WordPieceEncoder>(() => new WordPieceEncoder(normalizer, model));
        var tokens = vocabulary.Settings.AddedTokens;
        _added = new AddedTokenFinder(tokens.Where(t => !t.Normalized));
        var encoder = _encoders.Rent();
        _addedNormalized = new AddedTokenFinder(tokens.Where(t => t.Normalized).Select(t => t with { Content = encoder.Normalized(t.Content) }));
        _encoders.Return(encoder);

        _texts = new string?[vocabulary.Tokens.Values.Concat(tokens.Select(t => t.Id)).Max() + 1];
        foreach (var (token, id) in vocabulary.Tokens.Concat(tokens.Select(t => KeyValuePair.Create(t.Content, t.Id))))
            _texts[id] = token;
        PadTokenId = vocabulary.Settings.IdOfRole("pad_token", vocabulary.Tokens);
    }

    /// <summary>What the tokenizer was made of.</summary>
    public WordPieceVocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public int VocabularySize => _texts.Length;

    /// <inheritdoc/>
    public int? PadTokenId { get; }

    /// <inheritdoc/>
    public SpecialTokenTemplate Template => Vocabulary.Settings.Template;

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var encoder = _encoders.Rent();
        encoder.Ids.Clear();
        var rest = text.AsSpan();
        while (_added.TryFind(rest, out var token, out var before, out var end))
        {
            EncodeText(encoder, rest[..before]);
            encoder.Ids.Add(token.Id);
            rest = rest[end..];
        }

        EncodeText(encoder, rest);
        int[] ids = [.. encoder.Ids.Written];
        _encoders.Return(encoder);
        return ids;
    }

    /// <summary>The tokens with spaces between words and none before punctuation, as Hugging Face's decoder writes them: case, accents and spacing are gone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_texts.Length || _texts[id] is not { } token)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary of {VocabularySize} tokens has no id {id}.");
            if (text.Length > 0 && token.StartsWith(Vocabulary.ContinuingPrefix, StringComparison.Ordinal))
                text.Append(token.AsSpan(Vocabulary.ContinuingPrefix.Length));
            else
                text.Append(text.Length > 0 ? " " : "").Append(token);
        }

        // Hugging Face's clean_up_tokenization, in its order.
        foreach (var (apart, together) in CleanUp)
            text.Replace(apart, together);
        return text.ToString();
    }

    private static readonly (string Apart, string Together)[] CleanUp =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    private void EncodeText(WordPieceEncoder encoder, ReadOnlySpan<char> text)
    {
        if (_addedNormalized.IsEmpty)
        {
            encoder.Encode(text);
            return;
        }

        var rest = encoder.Normalized(text).AsSpan();
        while (_addedNormalized.TryFind(rest, out var token, out var before, out var end))
        {
            encoder.EncodeNormalized(rest[..before]);
            encoder.Ids.Add(token.Id);
            rest = rest[end..];
        }

        encoder.EncodeNormalized(rest);
    }
}
