namespace Pipeline.Fuzz;

/// <summary>Makes new inputs of old ones.</summary>
/// <param name="random">Decides all.</param>
/// <param name="words">Pieces that mean something in the format.</param>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words)
{
    private const int LongestInput = 8_192;

    private static readonly int[] Edges = [0, 1, -1, 127, 128, 255, 256, 32_767, 65_535, int.MaxValue, int.MinValue, 100_000_000];

    /// <summary>An input that is a few changes away from one of the corpus.</summary>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        var input = corpus[random.Next(corpus.Count)];
        for (var changes = 1 << random.Next(4); changes > 0; changes--)
            input = Change(input, corpus);
        return input.Length <= LongestInput ? input : input[..LongestInput];
    }

    private byte[] Change(byte[] input, IReadOnlyList<byte[]> corpus)
    {
        var at = random.Next(input.Length + 1);
        var length = Math.Min(random.Next(1, 1 << random.Next(1, 8)), input.Length - at);
        if (input.Length == 0)
            return Word();
        switch (random.Next(9))
        {
            case 0:
                return [.. input[..at], .. Word(), .. input[at..]];
            case 1:
                return [.. input[..at], .. input[(at + length)..]];
            case 2:
                return [.. input[..at], .. input.AsSpan(at, length), .. input[at..]];
            case 3:
                return Splice(input, corpus[random.Next(corpus.Count)]);
            case 4:
                return [.. input[..at], (byte)random.Next(256), .. input[at..]];
            case 5:
                return Overwrite(input, at, Word());
            case 6:
                var number = new byte[random.Next(2) == 0 ? 4 : 2];
                var value = Edges[random.Next(Edges.Length)];
                for (var i = 0; i < number.Length; i++)
                    number[i] = (byte)(value >> (8 * i));
                return Overwrite(input, at, number);
            case 7:
                var added = (byte[])input.Clone();
                added[Math.Min(at, input.Length - 1)] += (byte)random.Next(-16, 17);
                return added;
            default:
                var flipped = (byte[])input.Clone();
                flipped[Math.Min(at, input.Length - 1)] ^= (byte)(1 << random.Next(8));
                return flipped;
        }
    }

    private byte[] Splice(byte[] a, byte[] b) => [.. a[..random.Next(a.Length + 1)], .. b[random.Next(b.Length + 1)..]];

    private byte[] Word() => words[random.Next(words.Count)];

    private static byte[] Overwrite(byte[] input, int at, byte[] with)
    {
        var changed = (byte[])input.Clone();
        var length = Math.Min(with.Length, input.Length - at);
        with.AsSpan(0, length).CopyTo(changed.AsSpan(at));
        return changed;
    }
}
