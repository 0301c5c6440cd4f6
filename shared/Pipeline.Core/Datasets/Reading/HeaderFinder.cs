using System.Globalization;

namespace Pipeline.Core.Datasets.Reading;

/// <summary>Tells whether the first record holds the columns' names.</summary>
internal static class HeaderFinder
{
    private const int LongestName = 60;
    private const int MostWords = 5;

    /// <summary>Whether it does.</summary>
    public static bool IsHeader(IReadOnlyList<string[]> records, ReadingOptions options)
    {
        if (options.HasHeader is { } said)
            return said;
        if (records.Count == 0)
            return true;
        var first = records[0];
        if (Named(options).Any(name => first.Contains(name, StringComparer.Ordinal)))
            return true;
        if (!first.All(LooksLikeName))
            return false;
        // A label in the first row looks like a name as well, but it comes again.
        for (var i = 0; i < first.Length; i++)
        {
            if (records.Skip(1).Any(r => r.Length > i && r[i] == first[i]))
                return false;
        }

        return first.Distinct(StringComparer.Ordinal).Count() == first.Length;
    }

    private static IEnumerable<string> Named(ReadingOptions options) =>
        new[] { options.LabelColumn, options.TextPairColumn }.Concat(options.TextColumns ?? Enumerable.Empty<string>())
            .OfType<string>().Where(n => !n.All(char.IsAsciiDigit));

    // An index column of data frames has no name.
    private static bool LooksLikeName(string cell) =>
        cell.Length <= LongestName
        && cell.Split(' ').Length <= MostWords
        && !double.TryParse(cell, CultureInfo.InvariantCulture, out _);
}
