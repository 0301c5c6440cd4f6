using System.Text;

namespace Pipeline.Benchmarks.Ingest;

/// <summary>A CSV file that looks like mails and reviews: words by Zipf's law, quotes, line breaks inside fields, copies. The same bytes for the same size.</summary>
internal static class GeneratedCsv
{
    private const int Words = 40_000;
    private static readonly string[] Labels = ["billing", "delivery", "praise", "returns", "spam", "support"];

    /// <summary>Writes the file unless it is there.</summary>
    public static string Write(string folder, long bytes)
    {
        var path = Path.Combine(folder, $"generated-{bytes}.csv");
        if (File.Exists(path))
            return path;
        var draft = path + ".tmp";
        using (var writer = new StreamWriter(draft, false, new UTF8Encoding(false), 1 << 20))
            Rows(writer, bytes);
        File.Move(draft, path);
        return path;
    }

    private static void Rows(StreamWriter writer, long bytes)
    {
        var random = new Random(1);
        var words = Vocabulary(random);
        var row = new StringBuilder();
        var recent = "";
        writer.Write("id,text,label\n");
        for (long written = 14, id = 1; written < bytes; id++)
        {
            var label = random.Next(Labels.Length);
            // One row in fifty is a copy of one before it.
            if (random.Next(50) != 0 || recent.Length == 0)
                recent = Text(row, words, label, random);
            var line = $"{id},{recent},{Labels[label]}\n";
            writer.Write(line);
            written += Encoding.UTF8.GetByteCount(line);
        }
    }

    private static string Text(StringBuilder row, string[] words, int label, Random random)
    {
        row.Clear().Append('"');
        var length = 8 + (int)(60 * Math.Pow(random.NextDouble(), 3)) * 2;
        for (var i = 0; i < length; i++)
        {
            // Zipf with exponent one: the rank is exponential in a uniform draw. The label shifts some of the words.
            var rank = (int)Math.Pow(Words, random.NextDouble());
            row.Append(words[random.Next(8) == 0 ? (rank + label * 997) % Words : rank % Words]);
            row.Append(random.Next(40) switch { 0 => ",\n", 1 => " \"\"ok\"\" ", 2 => ". ", 3 => ", ", _ => " " });
        }

        return row.Append('"').ToString();
    }

    private static string[] Vocabulary(Random random)
    {
        string[] syllables = ["ba", "con", "de", "el", "fa", "gra", "hi", "in", "jo", "ka", "lo", "mi", "na", "or", "per", "qui", "re", "so", "ta", "un", "ver", "wa", "ex", "yo", "zi", "é", "ü", "ing", "tion", "s"];
        return [.. Enumerable.Range(0, Words).Select(i => string.Concat(Enumerable.Range(0, 1 + (int)Math.Log10(i + 1)).Select(_ => syllables[random.Next(syllables.Length)])))];
    }
}
