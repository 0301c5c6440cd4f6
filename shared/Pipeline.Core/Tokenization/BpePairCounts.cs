using System.Runtime.InteropServices;

namespace Pipeline.Core.Tokenization;

/// <summary>A distinct word of the text: its tokens so far, and how often it occurs.</summary>
internal sealed class BpeWord(int[] tokens, long count)
{
    public int[] Tokens { get; } = tokens;

    public int Length { get; set; } = tokens.Length;

    public long Count { get; } = count;
}

/// <summary>
/// How often each pair of tokens stands side by side. A merge touches only the words that hold the pair; the heap is
/// put right lazily, when a count on top of it turns out to be old.
/// </summary>
internal sealed class BpePairCounts
{
    private sealed class Pair
    {
        public long Count;
        public List<int> Words = [];
    }

    private readonly List<BpeWord> _words;
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _heap = new(MostFrequentFirst.Instance);

    public BpePairCounts(List<BpeWord> words)
    {
        _words = words;
        for (var w = 0; w < words.Count; w++)
        {
            for (var i = 0; i + 1 < words[w].Length; i++)
                Add((words[w].Tokens[i], words[w].Tokens[i + 1]), w);
        }

        foreach (var (pair, info) in _pairs)
            Push(pair, info.Count);
    }

    /// <summary>The pair with the highest count; on a tie the one with the smaller ids.</summary>
    /// <returns>False if no pair is as frequent as asked.</returns>
    public bool TryTakeMostFrequent(long atLeast, out int left, out int right)
    {
        while (_heap.TryDequeue(out var pair, out var priority))
        {
            if (!_pairs.TryGetValue(pair, out var info))
                continue;
            if (info.Count != priority.Count)
            {
                Push(pair, info.Count);
                continue;
            }

            (left, right) = pair;
            return info.Count >= atLeast;
        }

        (left, right) = (-1, -1);
        return false;
    }

    /// <summary>Replaces the pair by a new token everywhere.</summary>
    public void Merge(int left, int right, int token)
    {
        _pairs.Remove((left, right), out var merged);
        var grown = new HashSet<(int, int)>();
        var last = -1;
        foreach (var w in merged!.Words)
        {
            if (w == last)
                continue;
            last = w;
            MergeIn(w, left, right, token, grown);
        }

        foreach (var pair in grown)
            Push(pair, _pairs[pair].Count);
    }

    private void MergeIn(int w, int left, int right, int token, HashSet<(int, int)> grown)
    {
        var word = _words[w];
        var tokens = word.Tokens;
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (tokens[i] != left || i + 1 == word.Length || tokens[i + 1] != right)
            {
                tokens[length++] = tokens[i];
                continue;
            }

            if (length > 0)
            {
                Subtract((tokens[length - 1], left), word.Count);
                Add((tokens[length - 1], token), w);
                grown.Add((tokens[length - 1], token));
            }

            if (i + 2 < word.Length)
            {
                Subtract((right, tokens[i + 2]), word.Count);
                Add((token, tokens[i + 2]), w);
                grown.Add((token, tokens[i + 2]));
            }

            tokens[length++] = token;
            i++;
        }

        word.Length = length;
    }

    private void Add((int, int) pair, int w)
    {
        ref var info = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _);
        info ??= new Pair();
        info.Count += _words[w].Count;
        // Repetitions inside one word come one after the other; a word that stands here twice all the same is only looked at twice.
        if (info.Words.Count == 0 || info.Words[^1] != w)
            info.Words.Add(w);
    }

    private void Subtract((int, int) pair, long count)
    {
        if (_pairs.TryGetValue(pair, out var info))
            info.Count -= count;
    }

    private void Push((int Left, int Right) pair, long count)
    {
        if (count > 0)
            _heap.Enqueue(pair, (count, pair.Left, pair.Right));
    }

    private sealed class MostFrequentFirst : IComparer<(long Count, int Left, int Right)>
    {
        public static readonly MostFrequentFirst Instance = new();

        public int Compare((long Count, int Left, int Right) x, (long Count, int Left, int Right) y)
        {
            var byCount = y.Count.CompareTo(x.Count);
            if (byCount != 0)
                return byCount;
            var byLeft = x.Left.CompareTo(y.Left);
            return byLeft != 0 ? byLeft : x.Right.CompareTo(y.Right);
        }
    }
}
