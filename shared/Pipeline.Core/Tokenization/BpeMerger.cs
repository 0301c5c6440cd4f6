namespace Pipeline.Core.Tokenization;

/// <summary>
/// Merges the bytes of one word into tokens: always the pair that was learned first, and of its places the leftmost.
/// In a short word the pair is found by looking over all; in a long one by a heap, so that a word of n bytes takes
/// n log n steps. Looking over all of them would take n²: seconds for a line of 200,000 dashes, which anyone may send.
/// </summary>
internal sealed class BpeMerger
{
    private const int ShortWord = 64;

    private readonly MergeTable _merges;
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

        _merges = new MergeTable(vocabulary.Merges.Count);
        foreach (var (rank, (left, right)) in vocabulary.Merges.Index())
        {
            if (!vocabulary.Tokens.TryGetValue(left, out var leftId)
                || !vocabulary.Tokens.TryGetValue(right, out var rightId)
                || !vocabulary.Tokens.TryGetValue(left + right, out var mergedId))
                throw new InvalidDataException($"Merge {rank + 1}, '{left} {right}', names a token that the vocabulary does not have.");
            _merges.Set(leftId, rightId, rank, mergedId);
        }
    }

    /// <summary>Appends the tokens of a word.</summary>
    public void Merge(ReadOnlySpan<byte> word, IdBuffer ids)
    {
        if (word.Length <= ShortWord)
            MergeShort(word, ids);
        else
            MergeLong(word, ids);
    }

    private void MergeShort(ReadOnlySpan<byte> word, IdBuffer ids)
    {
        Span<int> tokens = stackalloc int[ShortWord];
        // Of each token and the one after it.
        Span<int> ranks = stackalloc int[ShortWord];
        Span<int> merged = stackalloc int[ShortWord];
        var count = word.Length;
        for (var i = 0; i < count; i++)
            tokens[i] = _idOfByte[word[i]];
        for (var i = 0; i + 1 < count; i++)
            ranks[i] = _merges.Rank(tokens[i], tokens[i + 1], out merged[i]);

        while (count > 1)
        {
            var at = 0;
            for (var i = 1; i < count - 1; i++)
            {
                if (ranks[i] < ranks[at])
                    at = i;
            }

            if (ranks[at] == MergeTable.None)
                break;
            tokens[at] = merged[at];
            count--;
            tokens[(at + 2)..(count + 1)].CopyTo(tokens[(at + 1)..]);
            if (at + 1 < count)
            {
                ranks[(at + 2)..count].CopyTo(ranks[(at + 1)..]);
                merged[(at + 2)..count].CopyTo(merged[(at + 1)..]);
                ranks[at] = _merges.Rank(tokens[at], tokens[at + 1], out merged[at]);
            }

            if (at > 0)
                ranks[at - 1] = _merges.Rank(tokens[at - 1], tokens[at], out merged[at - 1]);
        }

        ids.Add(tokens[..count]);
    }

    private void MergeLong(ReadOnlySpan<byte> word, IdBuffer ids)
    {
        var parts = new Part[word.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = new Part { Id = _idOfByte[word[i]], Previous = i - 1, Next = i + 1 };

        var heap = new PriorityQueue<int, (int Rank, int Position)>(parts.Length);
        for (var i = 0; i + 1 < parts.Length; i++)
            Offer(heap, parts, i);

        while (heap.TryDequeue(out var at, out var offered))
        {
            // An offer is out of date where a neighbour has been merged since.
            if (RankAt(parts, at, out var merged) is var rank && (rank == MergeTable.None || rank != offered.Rank))
                continue;
            var right = parts[at].Next;
            parts[at].Id = merged;
            parts[at].Next = parts[right].Next;
            if (parts[right].Next < parts.Length)
                parts[parts[right].Next].Previous = at;
            parts[right].Id = Merged;

            Offer(heap, parts, at);
            if (parts[at].Previous >= 0)
                Offer(heap, parts, parts[at].Previous);
        }

        for (var at = 0; at < parts.Length; at = parts[at].Next)
            ids.Add(parts[at].Id);
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
        if (RankAt(parts, at, out _) is var rank && rank != MergeTable.None)
            heap.Enqueue(at, (rank, at));
    }

    private int RankAt(Part[] parts, int at, out int merged)
    {
        merged = Merged;
        var part = parts[at];
        return part.Id != Merged && part.Next < parts.Length ? _merges.Rank(part.Id, parts[part.Next].Id, out merged) : MergeTable.None;
    }
}
