using System.Collections.Concurrent;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>Cuts text into words, and words into tokens. Remembers the tokens of common words.</summary>
internal sealed class BpeWordEncoder
{
    // A text of natural language keeps using the same few thousand words; both bounds keep the memory below about 10 MB.
    private const int RememberedWords = 65_536;
    private const int LongestRememberedWord = 32;

    private readonly BpeMerger _merger;
    private readonly ConcurrentDictionary<string, int[]> _known = new();
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _knownBySpan;
    private int _remembered;

    public BpeWordEncoder(BpeVocabulary vocabulary)
    {
        _merger = new BpeMerger(vocabulary);
        _knownBySpan = _known.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Appends the tokens of a text that holds no special token.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        while (!text.IsEmpty)
        {
            var end = Gpt2Words.EndOf(text, 0);
            ids.AddRange(EncodeWord(text[..end]));
            text = text[end..];
        }
    }

    private int[] EncodeWord(ReadOnlySpan<char> word)
    {
        if (word.Length <= LongestRememberedWord && _knownBySpan.TryGetValue(word, out var known))
            return known;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        var ids = _merger.Merge(bytes.AsSpan(0, Encoding.UTF8.GetBytes(word, bytes)));
        // Counted here, because asking the dictionary for its count locks all of it.
        if (word.Length <= LongestRememberedWord && Volatile.Read(ref _remembered) < RememberedWords && _knownBySpan.TryAdd(word, ids))
            Interlocked.Increment(ref _remembered);
        return ids;
    }
}
