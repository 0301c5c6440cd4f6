using Microsoft.Net.Http.Headers;
using Pipeline.Core.Datasets;

namespace Pipeline.Functions.Api.Validate;

/// <summary>Finds out what a posted dataset is called, and with that its format.</summary>
internal static class PostedName
{
    // What a dataset is called that comes with nothing but its type.
    private const string Unnamed = "dataset";

    private const string Fix =
        "Say the format by the name, for example ?name=spam.csv or a file name in Content-Disposition, or by the content type, for example text/csv.";

    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/csv"] = ".csv",
        ["application/csv"] = ".csv",
        ["text/tab-separated-values"] = ".tsv",
        ["application/jsonl"] = ".jsonl",
        ["application/x-jsonlines"] = ".jsonl",
        ["application/x-ndjson"] = ".jsonl",
        ["application/json"] = ".json",
        ["application/vnd.apache.parquet"] = ".parquet",
        ["application/zip"] = ".zip",
        ["application/x-tar"] = ".tar",
        ["text/plain"] = ".txt",
    };

    /// <summary>The name.</summary>
    /// <param name="name">The name that the query has; it wins.</param>
    /// <param name="contentDisposition">The header of the body or part.</param>
    /// <param name="contentType">The header of the body or part.</param>
    /// <param name="contentEncoding">The header of the body; <c>gzip</c> is the same as a name that ends in <c>.gz</c>.</param>
    /// <exception cref="RefusedRequestException">415: the format is none that is read, or cannot be told.</exception>
    public static string Of(string? name, string? contentDisposition, string? contentType, string? contentEncoding)
    {
        var found = name ?? FileName(contentDisposition);
        if (string.IsNullOrEmpty(found) || Path.GetExtension(found).Length == 0)
            found = (string.IsNullOrEmpty(found) ? Unnamed : found) + Extension(contentType);
        if (IsGzip(contentEncoding) && !found.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            found += ".gz";
        try
        {
            DatasetFile.Parse(found);
        }
        catch (DatasetRejectedException e) when (e.Kind == FindingKind.UnknownFormat)
        {
            throw Unsupported($"{e.Message} {e.Kind.Meaning}", e);
        }
        catch (DatasetRejectedException)
        {
            // A name that no model can have is the dataset's own fault: its report says so.
        }

        return found;
    }

    // Folders on the caller's machine are not ours.
    private static string? FileName(string? contentDisposition) =>
        ContentDispositionHeaderValue.TryParse(contentDisposition, out var value)
        && (value.FileNameStar.Length > 0 ? value.FileNameStar : HeaderUtilities.RemoveQuotes(value.FileName)) is { Length: > 0 } file
            ? file.ToString().Split('/', '\\')[^1]
            : null;

    private static string Extension(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && Extensions.TryGetValue(type.MediaType.ToString(), out var extension)
            ? extension
            : throw Unsupported(contentType is null ? "The request does not say what format the dataset has." : $"The content type '{contentType}' does not say what format the dataset has.");

    private static bool IsGzip(string? contentEncoding) => contentEncoding?.Trim().ToLowerInvariant() switch
    {
        null or "" or "identity" => false,
        "gzip" or "x-gzip" => true,
        var other => throw Unsupported($"The content encoding '{other}' is not unpacked; gzip is."),
    };

    private static RefusedRequestException Unsupported(string detail, Exception? inner = null) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unknown-format", detail, Fix, inner);
}
