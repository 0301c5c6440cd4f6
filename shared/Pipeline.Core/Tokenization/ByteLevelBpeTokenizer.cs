using System.Buffers;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>GPT-2's tokenizer: special tokens, then words, then byte-level byte-pair encoding. Safe to use from several threads.</summary>
public sealed class ByteLevelBpeTokenizer : ITextTokenizer
{
    private readonly BpeWordEncoder _words;
    private readonly SearchValues<string> _specialTexts;
    private readonly KeyValuePair<string, int>[] _specials;
    private readonly byte[]?[] _bytes;

    /// <summary>Builds the tokenizer of a vocabulary.</summary>
    /// <exception cref="InvalidDataException">The vocabulary is not a byte-level one.</exception>
    public ByteLevelBpeTokenizer(BpeVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        _words = new BpeWordEncoder(vocabulary);
        // Where one special token begins another, the longer one is meant, as in Hugging Face.
        _specials = [.. vocabulary.SpecialTokens.OrderByDescending(t => t.Key.Length)];
        _specialTexts = SearchValues.Create([.. vocabulary.SpecialTokens.Keys], StringComparison.Ordinal);
        _bytes = BytesById(vocabulary);
        Template = SpecialTokenTemplate.Gpt(EndOfTextId(vocabulary));
        PadTokenId = vocabulary.PadToken is { } pad ? vocabulary.SpecialTokens[pad] : null;
    }

    /// <summary>What the tokenizer was made of.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public int VocabularySize => _bytes.Length;

    /// <inheritdoc/>
    public int? PadTokenId { get; }

    /// <inheritdoc/>
    public SpecialTokenTemplate Template { get; }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        // Room for four characters a token, which is what a text of plain English takes.
        var ids = new List<int>(text.Length / 4 + 1);
        var rest = text.AsSpan();
        for (var next = rest.IndexOfAny(_specialTexts); next >= 0; next = rest.IndexOfAny(_specialTexts))
        {
            _words.Encode(rest[..next], ids);
            rest = rest[next..];
            var (token, id) = SpecialAtStart(rest);
            ids.Add(id);
            rest = rest[token.Length..];
        }

        _words.Encode(rest, ids);
        return [.. ids];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new ArrayBufferWriter<byte>(4 * ids.Length + 1);
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_bytes.Length || _bytes[id] is not { } bytes)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary of {VocabularySize} tokens has no id {id}.");
            text.Write(bytes);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static int EndOfTextId(BpeVocabulary vocabulary) =>
        vocabulary.SpecialTokens.TryGetValue(vocabulary.EndOfTextToken, out var id) || vocabulary.Tokens.TryGetValue(vocabulary.EndOfTextToken, out id)
            ? id
            : throw new InvalidDataException($"The vocabulary has no token '{vocabulary.EndOfTextToken}' to end a text with.");

    private KeyValuePair<string, int> SpecialAtStart(ReadOnlySpan<char> text)
    {
        foreach (var special in _specials)
        {
            if (text.StartsWith(special.Key, StringComparison.Ordinal))
                return special;
        }

        throw new InvalidOperationException("No special token begins where one was found.");
    }

    private static byte[]?[] BytesById(BpeVocabulary vocabulary)
    {
        var size = vocabulary.Tokens.Values.Concat(vocabulary.SpecialTokens.Values).Max() + 1;
        var bytes = new byte[]?[size];
        foreach (var (token, id) in vocabulary.Tokens)
        {
            if (ByteAlphabet.TryToBytes(token, out var decoded))
                bytes[id] = decoded;
            else if (!vocabulary.SpecialTokens.ContainsKey(token))
                throw new InvalidDataException($"Token {id} '{token}' is not written in GPT-2's byte alphabet: this is no byte-level vocabulary.");
        }

        foreach (var (token, id) in vocabulary.SpecialTokens)
            bytes[id] = Encoding.UTF8.GetBytes(token);
        return bytes;
    }
}
