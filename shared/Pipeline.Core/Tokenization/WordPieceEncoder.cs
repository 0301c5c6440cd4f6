using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// Cuts a text at ASCII white space and punctuation, which no normalization reaches across, and remembers the ids of what
/// stands between, as it is written. For one thread at a time.
/// </summary>
internal sealed class WordPieceEncoder(BertNormalizer normalizer, WordPieceModel model)
{
    // Any other character, control characters too, may vanish or change with its neighbours.
    private static readonly SearchValues<char> Cuts = SearchValues.Create("\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

    private readonly WordCache _known = new();
    private readonly int[] _idOfPunctuation = IdsOfPunctuation(model);
    private readonly List<int> _codePoints = [];
    private readonly List<int> _scratch = [];

    /// <summary>The ids so far.</summary>
    public IdBuffer Ids { get; } = new();

    /// <summary>Appends the ids of a text that holds no added token.</summary>
    public void Encode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var kinds = Kinds;
            var end = 0;
            char c = default;
            while (end < text.Length && (c = text[end]) < 128 && kinds[c] == Kind.Word)
                end++;
            if (end < text.Length && (c >= 128 || kinds[c] == Kind.Control))
            {
                var length = text.IndexOfAny(Cuts);
                end = length < 0 ? text.Length : length;
                EncodeRareChunk(text[..end]);
            }
            else if (end > WordKey.LongestWord)
            {
                EncodeUnknown(text[..end]);
            }
            else if (end > 0)
            {
                var key = WordKey.OfAscii(text, end);
                var hash = WordKey.Hash(key);
                if (!_known.TryAppend(key, hash, Ids))
                    _known.Add(key, hash, EncodeUnknown(text[..end]));
            }

            if (end < text.Length && kinds[text[end]] == Kind.Punctuation)
                Ids.Add(_idOfPunctuation[text[end]]);
            text = text[Math.Min(end + 1, text.Length)..];
        }
    }

    /// <summary>Appends the ids of a text that is normalized already.</summary>
    public void EncodeNormalized(ReadOnlySpan<char> text)
    {
        _codePoints.Clear();
        foreach (var rune in text.EnumerateRunes())
            _codePoints.Add(rune.Value);
        model.Encode(CollectionsMarshal.AsSpan(_codePoints), Ids);
    }

    /// <summary>A text as the normalizer leaves it.</summary>
    public string Normalized(ReadOnlySpan<char> text)
    {
        normalizer.Normalize(text, _codePoints, _scratch);
        var normalized = new StringBuilder(_codePoints.Count);
        foreach (var c in _codePoints)
            normalized.Append(new Rune(c).ToString());
        return normalized.ToString();
    }

    private void EncodeRareChunk(ReadOnlySpan<char> chunk)
    {
        Span<byte> utf8 = stackalloc byte[WordKey.LongestWord];
        if (chunk.Length > WordKey.LongestWord || !Encoding.UTF8.TryGetBytes(chunk, utf8, out var length))
        {
            EncodeUnknown(chunk);
            return;
        }

        var key = WordKey.OfUtf8(utf8[..length]);
        var hash = WordKey.Hash(key);
        if (!_known.TryAppend(key, hash, Ids))
            _known.Add(key, hash, EncodeUnknown(chunk));
    }

    private ReadOnlySpan<int> EncodeUnknown(ReadOnlySpan<char> chunk)
    {
        var start = Ids.Count;
        normalizer.Normalize(chunk, _codePoints, _scratch);
        model.Encode(CollectionsMarshal.AsSpan(_codePoints), Ids);
        return Ids.Written[start..];
    }

    private enum Kind : byte { Word, Space, Punctuation, Control }

    private static readonly Kind[] Kinds = [.. Enumerable.Range(0, 128).Select(c => (char)c switch
    {
        ' ' or '\t' or '\n' or '\r' => Kind.Space,
        < ' ' or '\x7f' => Kind.Control,
        var other => char.IsAsciiLetterOrDigit(other) ? Kind.Word : Kind.Punctuation,
    })];

    private static int[] IdsOfPunctuation(WordPieceModel model)
    {
        var ids = new IdBuffer();
        for (var c = 0; c < 128; c++)
        {
            if (Kinds[c] == Kind.Punctuation)
                model.Encode([c], ids);
            else
                ids.Add(model.UnknownId);
        }

        return [.. ids.Written];
    }
}
