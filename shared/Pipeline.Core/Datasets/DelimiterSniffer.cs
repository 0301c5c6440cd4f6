namespace Pipeline.Core.Datasets;

/// <summary>Finds the delimiter of a CSV file from its header line: the candidate that splits it most often.</summary>
internal static class DelimiterSniffer
{
    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>The delimiter; a comma where nothing splits the line.</summary>
    public static char Sniff(string header)
    {
        var counts = Candidates.ToDictionary(c => c, _ => 0);
        var quoted = false;
        foreach (var c in header)
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && counts.TryGetValue(c, out var count))
                counts[c] = count + 1;
        }

        return Candidates.MaxBy(c => counts[c]);
    }
}
