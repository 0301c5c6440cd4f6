namespace Pipeline.Core.Datasets.Splits;

/// <summary>
/// The texts of one label, as far as the balance of its splits needs them: how many there are in each split, and those
/// nearest to the borders between the splits. A few hundred bytes, however many texts there are.
/// </summary>
internal sealed class LabelDraws
{
    private readonly Band[] _bands;

    public LabelDraws(int splits)
    {
        _bands = new Band[splits];
        for (var i = 0; i < splits; i++)
            _bands[i] = new Band();
    }

    /// <summary>Different texts of the label.</summary>
    public long Count => _bands.Sum(b => b.Count);

    /// <summary>Takes a text in.</summary>
    /// <param name="split">Index of its split in the order of draws.</param>
    /// <param name="draw">Its draw.</param>
    /// <param name="hash">Breaks ties.</param>
    public void Add(int split, double draw, ulong hash) => _bands[split].Add((draw, hash));

    /// <summary>
    /// The texts to move so that each split has one. Ordered by draw the splits lie side by side, so a border shifts by
    /// one text for a split that is empty, and at most two.
    /// </summary>
    public IEnumerable<(ulong Hash, int Split)> Moves()
    {
        var (before, after) = (new long[_bands.Length - 1], new long[_bands.Length - 1]);
        if (Count < _bands.Length)
            yield break;
        for (var i = 0; i < before.Length; i++)
        {
            var (oldStart, newStart) = i == 0 ? (0, 0) : (before[i - 1], after[i - 1]);
            before[i] = oldStart + _bands[i].Count;
            after[i] = newStart + Math.Clamp(_bands[i].Count, 1, Count - newStart - (before.Length - i));
        }

        var moved = before.Zip(after).SelectMany(b => Range(Math.Min(b.First, b.Second), Math.Max(b.First, b.Second))).Distinct();
        foreach (var position in moved)
        {
            var split = after.Count(border => border <= position);
            if (split != before.Count(border => border <= position))
                yield return (At(position), split);
        }
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var i = from; i < to; i++)
            yield return i;
    }

    private ulong At(long position)
    {
        foreach (var band in _bands)
        {
            if (position < band.Count)
                return band.At(position);
            position -= band.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(position));
    }

    /// <summary>The lowest and the highest draws of a split.</summary>
    private sealed class Band
    {
        // A border shifts by two texts at most.
        private const int Kept = 3;

        private readonly List<(double Draw, ulong Hash)> _lowest = new(Kept + 1);
        private readonly List<(double Draw, ulong Hash)> _highest = new(Kept + 1);

        public long Count { get; private set; }

        public void Add((double Draw, ulong Hash) text)
        {
            Count++;
            Keep(_lowest, text, 1);
            Keep(_highest, text, -1);
        }

        public ulong At(long index) => index < Kept ? _lowest[(int)index].Hash : _highest[(int)(Count - 1 - index)].Hash;

        private static void Keep(List<(double Draw, ulong Hash)> kept, (double Draw, ulong Hash) text, int direction)
        {
            var at = kept.Count;
            while (at > 0 && direction * text.CompareTo(kept[at - 1]) < 0)
                at--;
            if (at == Kept)
                return;
            kept.Insert(at, text);
            if (kept.Count > Kept)
                kept.RemoveAt(Kept);
        }
    }
}
