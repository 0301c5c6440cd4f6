namespace Pipeline.Core.Datasets.Reading;

/// <summary>Finds the columns by what stands in them: a column of few different short values is the label, the ones that read like sentences are text.</summary>
internal sealed class ColumnContent(Sample sample)
{
    private const int FewestRows = 4;
    private const int LongestLabel = 64;

    private readonly Dictionary<Column, Figures> _figures = sample.Columns.ToDictionary(c => c, c => Figures.Of(sample.Values(c)));

    /// <summary>The column that looks most like a label; null if none does.</summary>
    /// <param name="others">Columns that are taken.</param>
    public Column? Label(IReadOnlyCollection<Column> others)
    {
        if (sample.Rows.Count < FewestRows)
            return null;
        var possible = sample.Columns.Except(others).Where(c => _figures[c] is { Rows: > 0, Longest: <= LongestLabel } f && f.Distinct * 2 <= f.Rows).ToArray();
        // One value alone: a file that is sorted by label shows no other for long. A column with several is the better guess.
        return possible.Where(c => _figures[c].Distinct > 1).MinBy(c => _figures[c].Distinct) ?? possible.FirstOrDefault();
    }

    /// <summary>The one column of numbers; null if there is none, or more than one.</summary>
    /// <param name="others">Columns that are taken.</param>
    public Column? Number(IReadOnlyCollection<Column> others)
    {
        var possible = sample.Columns.Except(others).Where(c => _figures[c] is { Rows: > 0, IsNumber: true }).ToArray();
        return possible is [var only] ? only : null;
    }

    /// <summary>How many different values a column has in the sample.</summary>
    public int Distinct(Column column) => _figures[column].Distinct;

    /// <summary>The columns that read like sentences, in their order; none if nothing does.</summary>
    /// <param name="others">Columns that are taken.</param>
    public IReadOnlyList<Column> Texts(IReadOnlyCollection<Column> others)
    {
        var free = sample.Columns.Except(others).Where(c => _figures[c].Rows > 0 && !_figures[c].IsNumber).ToArray();
        var sentences = free.Where(c => _figures[c].ReadsLikeSentences).ToArray();
        if (sentences.Length > 0)
            return sentences;
        // Short texts of a word or two, such as names.
        return free.MaxBy(c => _figures[c].MeanLength) is { } longest ? [longest] : [];
    }

    private sealed record Figures(int Rows, int Distinct, int Longest, double MeanLength, bool IsNumber, bool ReadsLikeSentences)
    {
        public static Figures Of(IEnumerable<Cell> values)
        {
            var texts = values.Where(v => v.Text is not null).Select(v => v.Text!).ToArray();
            if (texts.Length == 0)
                return new Figures(0, 0, 0, 0, false, false);
            var words = texts.Select(t => t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length).ToArray();
            var distinct = texts.Distinct(StringComparer.Ordinal).Count();
            return new Figures(
                texts.Length,
                distinct,
                texts.Max(t => t.Length),
                texts.Average(t => t.Length),
                texts.All(t => double.TryParse(t, System.Globalization.CultureInfo.InvariantCulture, out _)),
                // A date has many words too, but always as many.
                words.Average() >= 2.5 && words.Distinct().Count() > 1 && distinct * 2 > texts.Length);
        }
    }
}
