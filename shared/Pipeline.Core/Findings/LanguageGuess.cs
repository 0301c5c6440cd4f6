using System.Numerics;

namespace Pipeline.Core.Findings;

/// <summary>Names a text's language where that is certain: by its script, or in Latin script by the commonest words of each language.</summary>
internal static class LanguageGuess
{
    // What is shorter says too little.
    private const int FewestLetters = 6;
    private const int FewestCommonWords = 4;
    private const double ShareOfCommonWords = 0.2;
    private const double ShareOfScript = 0.7;

    // Longer texts say no more about their language than their beginning.
    private const int WordsRead = 150;

    /// <summary>A language, or a script for those that several languages share; null where it is not certain.</summary>
    public static string? Of(WordScan text)
    {
        if (text.Letters < FewestLetters)
            return null;
        var script = 0;
        for (var i = 1; i < text.Scripts.Length; i++)
            script = text.Scripts[i] > text.Scripts[script] ? i : script;
        return (Script)script switch
        {
            Script.Latin when text.Scripts[script] >= ShareOfScript * text.Letters => ByWords(text.Words),
            Script.Kana => "Japanese",
            Script.Han when text.Scripts[(int)Script.Kana] * 10 > text.Scripts[script] => "Japanese",
            Script.Han => Certain(text, script, "Chinese"),
            Script.Hangul => Certain(text, script, "Korean"),
            Script.Greek or Script.Armenian or Script.Hebrew or Script.Thai or Script.Georgian or Script.Tamil or Script.Telugu or Script.Bengali
                => Certain(text, script, ((Script)script).ToString()),
            Script.Cyrillic or Script.Arabic or Script.Devanagari => Certain(text, script, $"{(Script)script} script"),
            _ => null,
        };
    }

    private static string? Certain(WordScan text, int script, string name) => text.Scripts[script] >= ShareOfScript * text.Letters ? name : null;

    private static string? ByWords(ReadOnlySpan<uint> words)
    {
        words = words[..Math.Min(words.Length, WordsRead)];
        Span<int> hits = stackalloc int[StopWords.Languages.Count];
        Span<uint> last = stackalloc uint[StopWords.Languages.Count];
        hits.Clear();
        last.Clear();
        foreach (var word in words)
        {
            for (var mask = StopWords.LanguagesOf(word); mask != 0; mask &= mask - 1)
            {
                var language = BitOperations.TrailingZeroCount(mask);
                // "la la la" is one word.
                if (last[language] != word)
                    hits[language]++;
                last[language] = word;
            }
        }

        var best = 0;
        for (var i = 1; i < hits.Length; i++)
            best = hits[i] > hits[best] ? i : best;
        var most = hits[best];
        var second = 0;
        for (var i = 0; i < hits.Length; i++)
            second = i != best ? Math.Max(second, hits[i]) : second;
        return most >= FewestCommonWords && most >= ShareOfCommonWords * words.Length && most >= 2 * second ? StopWords.Languages[best] : null;
    }
}
