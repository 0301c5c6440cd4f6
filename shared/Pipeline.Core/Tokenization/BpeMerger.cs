namespace Pipeline.Core.Tokenization;

/// <summary>
/// Merges the bytes of one word into tokens: always the pair that was learned first, and of its places the leftmost.
/// A heap finds it, so a word of n bytes takes n log n steps. Scanning for it, as most implementations do, takes n²:
/// seconds for a line of 200,000 dashes, which anyone may send.
/// </summary>
internal sealed class BpeMerger
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;
    private readonly int[] _idOfByte = new int[256];

    /// <exception cref="InvalidDataException">The vocabulary lacks a byte, or a part of a merge.</exception>
    public BpeMerger(BpeVocabulary vocabulary)
    {
        for (var b = 0; b < 256; b++)
        {
            var character = ByteAlphabet.ToChar((byte)b).ToString();
            _idOfByte[b] = vocabulary.Tokens.TryGetValue(character, out var id)
                ? id
                : throw new InvalidDataException($"The vocabulary has no token '{character}' for the byte 0x{b:X2}: this is no byte-level vocabulary.");
        }

        _merges = new Dictionary<(int, int), (int, int)>(vocabulary.Merges.Count);
        foreach (var (rank, (left, right)) in vocabulary.Merges.Index())
        {
            if (!vocabulary.Tokens.TryGetValue(left, out var leftId)
                || !vocabulary.Tokens.TryGetValue(right, out var rightId)
                || !vocabulary.Tokens.TryGetValue(left + right, out var mergedId))
                throw new InvalidDataException($"Merge {rank + 1}, '{left} {right}', names a token that the vocabulary does not have.");
            // As in Hugging Face, where a pair stands twice the later line counts.
            _merges[(leftId, rightId)] = (rank, mergedId);
        }
    }

    /// <summary>The tokens of a word.</summary>
    public int[] Merge(ReadOnlySpan<byte> word)
    {
        if (word.Length == 1)
            return [_idOfByte[word[0]]];

        var parts = new Part[word.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = new Part { Id = _idOfByte[word[i]], Previous = i - 1, Next = i + 1 };

        var heap = new PriorityQueue<int, (int Rank, int Position)>(parts.Length);
        for (var i = 0; i + 1 < parts.Length; i++)
            Offer(heap, parts, i);

        var count = parts.Length;
        while (heap.TryDequeue(out var at, out var offered))
        {
            // An offer is out of date where a neighbour has been merged since.
            if (PairAt(parts, at) is not { } merge || merge.Rank != offered.Rank)
                continue;
            var right = parts[at].Next;
            parts[at].Id = merge.Id;
            parts[at].Next = parts[right].Next;
            if (parts[right].Next < parts.Length)
                parts[parts[right].Next].Previous = at;
            parts[right].Id = Merged;
            count--;

            Offer(heap, parts, at);
            if (parts[at].Previous >= 0)
                Offer(heap, parts, parts[at].Previous);
        }

        var ids = new int[count];
        for (int i = 0, at = 0; at < parts.Length; at = parts[at].Next)
            ids[i++] = parts[at].Id;
        return ids;
    }

    private const int Merged = -1;

    // What is left of the word, as a doubly linked list by position.
    private struct Part
    {
        public int Id;
        public int Previous;
        public int Next;
    }

    private void Offer(PriorityQueue<int, (int, int)> heap, Part[] parts, int at)
    {
        if (PairAt(parts, at) is { } merge)
            heap.Enqueue(at, (merge.Rank, at));
    }

    private (int Rank, int Id)? PairAt(Part[] parts, int at)
    {
        var part = parts[at];
        return part.Id != Merged && part.Next < parts.Length && _merges.TryGetValue((part.Id, parts[part.Next].Id), out var merge) ? merge : null;
    }
}
