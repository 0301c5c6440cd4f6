using System.Runtime.Intrinsics;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>Cuts text into words, and words into tokens. Remembers the tokens of common words; for one thread at a time.</summary>
internal sealed class BpeWordEncoder(BpeMerger merger)
{
    private readonly WordCache _known = new();
    private byte[] _utf8 = new byte[256];

    /// <summary>The ids so far.</summary>
    public IdBuffer Ids { get; } = new();

    /// <summary>Appends the tokens of a text that holds no special token.</summary>
    public void Encode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = Gpt2Words.NextEnd(text, out var isAscii);
            if (isAscii && end <= WordKey.LongestWord)
            {
                var key = WordKey.OfAscii(text, end);
                var hash = WordKey.Hash(key);
                if (!_known.TryAppend(key, hash, Ids))
                    Learn(key, hash, Utf8(text[..end]));
            }
            else
            {
                EncodeRareWord(Utf8(text[..end]));
            }

            text = text[end..];
        }
    }

    private void EncodeRareWord(ReadOnlySpan<byte> word)
    {
        if (word.Length > WordKey.LongestWord)
        {
            merger.Merge(word, Ids);
            return;
        }

        var key = WordKey.OfUtf8(word);
        var hash = WordKey.Hash(key);
        if (!_known.TryAppend(key, hash, Ids))
            Learn(key, hash, word);
    }

    private void Learn(Vector256<byte> key, ulong hash, ReadOnlySpan<byte> word)
    {
        var start = Ids.Count;
        merger.Merge(word, Ids);
        _known.Add(key, hash, Ids.Written[start..]);
    }

    private ReadOnlySpan<byte> Utf8(ReadOnlySpan<char> word)
    {
        var most = 3 * word.Length;
        if (_utf8.Length < most)
            _utf8 = new byte[2 * most];
        return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(word, _utf8));
    }
}
