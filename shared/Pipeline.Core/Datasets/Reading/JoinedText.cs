namespace Pipeline.Core.Datasets.Reading;

/// <summary>One text of several columns, such as title and body.</summary>
internal static class JoinedText
{
    /// <summary>The texts with a line break between them; empty ones leave none.</summary>
    public static string Of(IEnumerable<string?> texts) => string.Join('\n', texts.Where(t => !string.IsNullOrWhiteSpace(t)));
}
