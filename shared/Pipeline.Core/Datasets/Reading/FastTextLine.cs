namespace Pipeline.Core.Datasets.Reading;

/// <summary>A line as fastText has it: <c>__label__x __label__y the text</c>; the labels may also stand at the end.</summary>
internal static class FastTextLine
{
    private const string Prefix = "__label__";

    /// <summary>Whether the line has a label.</summary>
    public static bool HasLabel(string line) =>
        line.AsSpan().TrimStart().StartsWith(Prefix) || line.Contains(" " + Prefix, StringComparison.Ordinal);

    /// <summary>The labels without their prefix, and the text between them.</summary>
    public static (IReadOnlyList<string> Labels, string Text) Parse(string line)
    {
        var labels = new List<string>();
        var text = line.AsSpan().Trim();
        while (text.StartsWith(Prefix))
        {
            var end = text.IndexOfAny(' ', '\t');
            labels.Add(text[Prefix.Length..(end < 0 ? text.Length : end)].ToString());
            text = end < 0 ? [] : text[end..].TrimStart();
        }

        while (text.LastIndexOfAny(' ', '\t') is >= 0 and var last && text[(last + 1)..].StartsWith(Prefix))
        {
            labels.Add(text[(last + 1 + Prefix.Length)..].ToString());
            text = text[..last].TrimEnd();
        }

        return (labels, text.ToString());
    }
}
