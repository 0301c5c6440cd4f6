namespace Pipeline.Core.Datasets.Reading;

/// <summary>What a file's path in an archive says.</summary>
/// <param name="Label">The folder it lies in; null where it lies in none that names a label.</param>
/// <param name="Split">The split that a folder above names.</param>
/// <param name="IsText">Whether its extension is one of a text.</param>
internal sealed record ArchivePath(string? Label, Split? Split, bool IsText)
{
    private static readonly string[] Junk = ["__MACOSX", "Thumbs.db", "desktop.ini"];
    private static readonly string[] TextExtensions = ["", ".txt", ".text", ".md", ".html", ".htm", ".eml"];

    /// <summary>Reads a path.</summary>
    /// <param name="path">With <c>/</c> between folders.</param>
    /// <returns>Null for what systems leave in archives unasked.</returns>
    /// <exception cref="DatasetRejectedException">The path leads out of the archive's folder.</exception>
    public static ArchivePath? Parse(string path)
    {
        string[] parts = [.. path.Split('/').Where(p => p is not ("" or "."))];
        if (path.StartsWith('/') || parts.Contains("..") || parts is [[_, ':', ..], ..])
            throw new DatasetRejectedException(FindingKind.UnsafeArchive, $"The name '{path}' leads out of its folder.");
        if (parts.Length == 0 || parts.Any(p => p.StartsWith('.') || Junk.Contains(p, StringComparer.OrdinalIgnoreCase)))
            return null;
        var extension = Path.GetExtension(parts[^1]).ToLowerInvariant();
        // Numbers are no extensions: a newsgroup's posts are named so.
        var isText = TextExtensions.Contains(extension) || extension.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
        var folder = parts.Length > 1 ? parts[^2].Trim() : "";
        var label = folder.Length == 0 || SplitNames.Find(folder) is not null ? null : folder;
        var split = parts.SkipLast(2).Select(SplitNames.Find).LastOrDefault(s => s is not null);
        return new ArchivePath(label, split, isText);
    }
}
