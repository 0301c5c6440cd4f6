using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Core.Tokenization;

/// <summary>
/// Learns a byte-level BPE vocabulary as Hugging Face's <c>BpeTrainer</c> does (Sennrich et al. 2016): the most frequent
/// pair of neighbouring tokens becomes a token, again and again. Ties go to the pair with the smaller ids, so the same
/// text gives the same vocabulary. Not safe to use from several threads.
/// </summary>
public sealed class ByteLevelBpeTrainer
{
    /// <summary>Ends a document; id 0.</summary>
    public const string EndOfTextToken = "<|endoftext|>";

    /// <summary>Pads a batch; id 1.</summary>
    public const string PadToken = "<|pad|>";

    /// <summary>The smallest vocabulary: two special tokens and the 256 bytes.</summary>
    public const int MinimumVocabularySize = 258;

    // A longer "word" is data of some kind (a key, an encoded file); counting its pairs is slow and teaches nothing.
    private const int LongestWord = 256;

    private readonly Dictionary<string, long> _counts = [];
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _countsBySpan;

    /// <summary>A trainer that has seen no text.</summary>
    public ByteLevelBpeTrainer() => _countsBySpan = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Counts the words of a text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Gpt2Words.EndOf(text, start);
            if (end - start <= LongestWord)
                CollectionsMarshal.GetValueRefOrAddDefault(_countsBySpan, text[start..end], out _)++;
            start = end;
        }
    }

    /// <summary>Learns the vocabulary of the text added so far.</summary>
    /// <param name="vocabularySize">Tokens at most, special tokens and bytes included; fewer where the text has no more pairs.</param>
    /// <param name="minimumFrequency">Pairs seen less often are not merged. Default 2.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size has no room for the bytes.</exception>
    public BpeVocabulary Train(int vocabularySize, int minimumFrequency = 2, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, MinimumVocabularySize);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumFrequency, 1);

        string[] special = [EndOfTextToken, PadToken];
        // Ids of the bytes follow their printable characters, as in Hugging Face.
        byte[] alphabet = [.. Enumerable.Range(0, 256).Select(b => (byte)b).OrderBy(ByteAlphabet.ToChar)];
        var idOfByte = new int[256];
        for (var i = 0; i < 256; i++)
            idOfByte[alphabet[i]] = special.Length + i;

        List<string> tokens = [.. special, .. alphabet.Select(b => ByteAlphabet.ToChar(b).ToString())];
        var ids = tokens.Index().ToDictionary(t => t.Item, t => t.Index);
        var merges = new OrderedDictionary<(string, string), int>();
        var pairs = new BpePairCounts(Words(idOfByte));
        while (tokens.Count < vocabularySize && pairs.TryTakeMostFrequent(minimumFrequency, out var left, out var right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // "a bc" and "ab c" make the same token; the second finds it there.
            var token = tokens[left] + tokens[right];
            if (ids.TryAdd(token, tokens.Count))
                tokens.Add(token);
            merges.TryAdd((tokens[left], tokens[right]), ids[token]);
            pairs.Merge(left, right, ids[token]);
        }

        return new BpeVocabulary
        {
            Tokens = ids,
            Merges = [.. merges.Keys],
            Settings = new TokenizerSettings
            {
                TokenizerClass = TokenizerClasses.Gpt2,
                AddedTokens = [.. special.Index().Select(t => new AddedToken(t.Item, t.Index))],
                Roles = new Dictionary<string, string>
                {
                    ["bos_token"] = EndOfTextToken,
                    ["eos_token"] = EndOfTextToken,
                    ["unk_token"] = EndOfTextToken,
                    ["pad_token"] = PadToken,
                },
                Template = SpecialTokenTemplate.Gpt(ids[EndOfTextToken]),
            },
        };
    }

    private List<BpeWord> Words(int[] idOfByte)
    {
        var words = new List<BpeWord>(_counts.Count);
        foreach (var (word, count) in _counts)
            words.Add(new BpeWord(Array.ConvertAll(Encoding.UTF8.GetBytes(word), b => idOfByte[b]), count));
        return words;
    }
}
