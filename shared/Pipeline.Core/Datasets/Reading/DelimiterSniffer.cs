namespace Pipeline.Core.Datasets.Reading;

/// <summary>Finds the delimiter that splits the most of the first records into the same number of fields.</summary>
internal static class DelimiterSniffer
{
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>The delimiter; a comma where nothing splits the records.</summary>
    public static char Sniff(byte[] text, bool isWhole)
    {
        var best = ',';
        var bestFit = 0.0;
        foreach (var candidate in Candidates)
        {
            if (!text.Contains((byte)candidate))
                continue;
            var doubled = SampledRecords.Read(text, isWhole, candidate, Quoting.Doubled, 0);
            // Usual names in the first record weigh more than anything.
            var fit = Math.Max(doubled.Fit, SampledRecords.Read(text, isWhole, candidate, Quoting.Backslash, 0).Fit)
                + (doubled.Rows is [{ Length: > 1 } first, ..] && first.Any(ColumnNames.IsUsual) ? 1 : 0);
            if (fit > bestFit)
                (best, bestFit) = (candidate, fit);
        }

        return best;
    }
}
