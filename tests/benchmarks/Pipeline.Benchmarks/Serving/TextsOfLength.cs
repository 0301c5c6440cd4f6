using Pipeline.Core.Tokenization;

namespace Pipeline.Benchmarks.Serving;

/// <summary>Texts that are so many tokens for a tokenizer, special tokens included.</summary>
internal static class TextsOfLength
{
    private static readonly string[] s_words =
        ["the", "price", "of", "oil", "rose", "again", "after", "a", "storm", "closed", "two", "fields", "in", "north", "sea", "and", "shares", "fell", "on", "early", "trade", "said", "bank", "games", "new"];

    /// <summary>Makes them; different texts, the same ones each time.</summary>
    public static string[] Make(ITextTokenizer tokenizer, int texts, int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, texts).Select(_ => Make(tokenizer, random, length))];
    }

    public static ModelInput Encode(ITextTokenizer tokenizer, string text) => tokenizer.Template.Build(tokenizer.Encode(text), null, int.MaxValue);

    private static string Make(ITextTokenizer tokenizer, Random random, int length)
    {
        var text = s_words[0];
        for (var tries = 0; tries < 100 * length; tries++)
        {
            var tokens = Encode(tokenizer, text).InputIds.Length;
            if (tokens == length)
                return text;
            var longer = $"{text} {s_words[random.Next(s_words.Length)]}";
            if (Encode(tokenizer, longer).InputIds.Length <= length)
                text = longer;
        }

        throw new InvalidOperationException($"No text of {length} tokens was found.");
    }
}
