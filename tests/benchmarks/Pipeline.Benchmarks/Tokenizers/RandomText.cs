using System.Text;

namespace Pipeline.Benchmarks.Tokenizers;

/// <summary>Texts of any script, with what tokenizers trip over thrown in.</summary>
internal static class RandomText
{
    private static readonly string[] Tricky =
    [
        " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u0085", "\u200b", "\u200d", "\ufeff", "\0", "\u0001", "\ufffd", "'s", "'ll", "'RE", "é", "e\u0301", "ﬁ", "İ", "ß", "Σ", "ς",
        "가", "각", "\u1161", "北京", "ไทย", "हिन्दी", "👩‍👩‍👧", "🇫🇷", "\u0301\u0327", "\u08d4\u08e3", "\U00010400", "<|endoftext|>", "<|pad|>", "<mask>", " <mask>", "[SEP]", "[CLS]", "[unk]", " covid ", "naive bayes", "Naïve Bayes",
    ];

    /// <param name="seed">Gives the same texts again.</param>
    /// <param name="count">How many.</param>
    public static IEnumerable<string> Create(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var pieces = random.Next(30); pieces > 0; pieces--)
                text.Append(Piece(random));
            yield return text.ToString();
        }
    }

    private static string Piece(Random random) => random.Next(12) switch
    {
        < 4 => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)random.Next('a', 'z' + 1))),
        4 or 5 => ((char)random.Next(' ', '\x7f')).ToString(),
        6 => Scalar(random, 0x80, 0x500),
        7 => Scalar(random, 0x80, 0x3000),
        8 => Scalar(random, 0x3000, 0x10000),
        9 => Scalar(random, 0x10000, 0x20000),
        10 => Scalar(random, 0, 0x110000),
        _ => Tricky[random.Next(Tricky.Length)],
    };

    private static string Scalar(Random random, int from, int to)
    {
        var value = random.Next(from, to);
        return Rune.IsValid(value) ? new Rune(value).ToString() : "\ufffd";
    }
}
