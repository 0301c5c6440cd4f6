namespace Pipeline.Core.Datasets.Reading;

/// <summary>Finds out from an option and the first bytes how a text is encoded, and opens it as UTF-8.</summary>
internal static class TextStart
{
    private static readonly string[] Names = ["utf-8", "utf-16", "utf-16le", "utf-16be", "latin-1", "windows-1252"];

    /// <summary>The text as UTF-8 without a byte order mark.</summary>
    /// <param name="content">The bytes, from the first.</param>
    /// <param name="encoding">The option <c>encoding</c>.</param>
    /// <exception cref="DatasetRejectedException">There is no such encoding, or the first bytes are those of no text.</exception>
    public static Stream Open(Stream content, string? encoding)
    {
        var name = encoding?.ToLowerInvariant();
        if (name is not null && !Names.Contains(name))
            throw new DatasetRejectedException(FindingKind.BadOptions, $"The encoding '{encoding}' is not read; these are: {string.Join(", ", Names)}.");

        var start = new byte[4];
        var bytes = start.AsMemory(0, content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        var span = bytes.Span;
        Refuse(span);
        if (span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return new PrefixedStream(bytes[3..], content);
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) && name is not ("latin-1" or "windows-1252"))
            return new Utf8Transcoder(new PrefixedStream(bytes[2..], content), "utf-16le");
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) && name is not ("latin-1" or "windows-1252"))
            return new Utf8Transcoder(new PrefixedStream(bytes[2..], content), "utf-16be");
        var whole = new PrefixedStream(bytes, content);
        return name is null or "utf-8" ? whole : new Utf8Transcoder(whole, name == "utf-16" ? "utf-16le" : name);
    }

    // Archives and documents are named for what they are.
    private static void Refuse(ReadOnlySpan<byte> start)
    {
        var what = start switch
        {
            _ when start.StartsWith("PK\u0003\u0004"u8) => "a zip archive or an Office document (.xlsx)",
            _ when start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) => "gzipped, but its name does not end in .gz",
            _ when start.StartsWith("%PDF"u8) => "a PDF",
            _ when start.StartsWith("PAR1"u8) => "Parquet, but its name does not end in .parquet",
            _ => null,
        };
        if (what is not null)
            throw new DatasetRejectedException(FindingKind.BinaryFile, $"The file is {what}.", 1);
    }
}
