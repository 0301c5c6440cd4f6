using Azure;

namespace Pipeline.Core.Storage;

/// <summary>ETags as records, messages and events have them.</summary>
public static class ETagText
{
    /// <summary>The ETag without its quotes.</summary>
    public static string Bare(this ETag etag) => etag.ToString("G").Trim('"');
}
