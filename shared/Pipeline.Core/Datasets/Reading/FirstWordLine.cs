namespace Pipeline.Core.Datasets.Reading;

/// <summary>A line whose first word is the label, as in <c>NUM:dist How far is it?</c></summary>
internal static class FirstWordLine
{
    /// <summary>The label and the text.</summary>
    public static (string Label, string Text) Parse(string line)
    {
        var trimmed = line.AsSpan().Trim();
        var end = trimmed.IndexOfAny(' ', '\t');
        return end < 0 ? (trimmed.ToString(), "") : (trimmed[..end].ToString(), trimmed[end..].TrimStart().ToString());
    }
}
