using System.Buffers;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// The tokenizer of GPT-2, GPT-Neo and RoBERTa: special tokens, then words, then byte-level byte-pair encoding.
/// Safe to use from several threads.
/// </summary>
public sealed class ByteLevelBpeTokenizer : ITextTokenizer
{
    private readonly EncoderPool<BpeWordEncoder> _encoders;
    private readonly AddedTokenFinder _added;
    private readonly byte[]?[] _bytes;

    /// <summary>Builds the tokenizer of a vocabulary.</summary>
    /// <exception cref="InvalidDataException">The vocabulary is not a byte-level one.</exception>
    public ByteLevelBpeTokenizer(BpeVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        var merger = new BpeMerger(vocabulary);
        _encoders = new EncoderPool<BpeWordEncoder>(() => new BpeWordEncoder(merger));
        _added = new AddedTokenFinder(vocabulary.Settings.AddedTokens);
        _bytes = BytesById(vocabulary);
        PadTokenId = vocabulary.Settings.IdOfRole("pad_token", vocabulary.Tokens);
    }

    /// <summary>What the tokenizer was made of.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public int VocabularySize => _bytes.Length;

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
            encoder.Encode(rest[..before]);
            encoder.Ids.Add(token.Id);
            rest = rest[end..];
        }

        encoder.Encode(rest);
        int[] ids = [.. encoder.Ids.Written];
        _encoders.Return(encoder);
        return ids;
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

    private static byte[]?[] BytesById(BpeVocabulary vocabulary)
    {
        var added = vocabulary.Settings.AddedTokens;
        var names = added.Select(t => t.Content).ToHashSet();
        var size = vocabulary.Tokens.Values.Concat(added.Select(t => t.Id)).Max() + 1;
        var bytes = new byte[]?[size];
        foreach (var (token, id) in vocabulary.Tokens)
        {
            if (ByteAlphabet.TryToBytes(token, out var decoded))
                bytes[id] = decoded;
            else if (!names.Contains(token))
                throw new InvalidDataException($"Token {id} '{token}' is not written in GPT-2's byte alphabet: this is no byte-level vocabulary.");
        }

        foreach (var token in added)
            bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        return bytes;
    }
}
