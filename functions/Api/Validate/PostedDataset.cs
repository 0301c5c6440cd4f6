using System.IO.Compression;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Content;

namespace Pipeline.Functions.Api.Validate;

/// <summary>A dataset that came in a request, as a temporary file that goes when this is disposed.</summary>
/// <param name="Name">Its name, with the extension of its format.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Options">The options for it.</param>
internal sealed record PostedDataset(string Name, FileContent Content, RunOptions Options) : IDisposable
{
    // Headers and boundaries of the parts.
    private const int MultipartOverhead = 64 << 10;

    /// <summary>Takes in a request's body, without holding it in memory.</summary>
    /// <exception cref="RefusedRequestException">Format or options cannot be used, or the body is too large.</exception>
    public static async Task<PostedDataset> ReadAsync(HttpRequest request, ValidationOptions limits, CancellationToken cancellationToken)
    {
        var isMultipart = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var largest = limits.MaxBodyBytes + (isMultipart ? RunOptionsReader.LargestFile + MultipartOverhead : 0);
        if (request.ContentLength > largest)
            throw TooLarge(limits.MaxBodyBytes);
        await using var body = new BoundedBody(request.Body, largest, () => TooLarge(limits.MaxBodyBytes));
        var posted = isMultipart ? await ReadPartsAsync(request, body, type!, cancellationToken) : await ReadBodyAsync(request, body, cancellationToken);
        try
        {
            if (posted.Content.Length > limits.MaxBodyBytes)
                throw TooLarge(limits.MaxBodyBytes);
            if (posted.Name.EndsWith("gz", StringComparison.OrdinalIgnoreCase))
                posted.CheckUnpackedSize(limits.MaxUnpackedBytes, cancellationToken);
            return posted;
        }
        catch
        {
            posted.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

    private static async Task<PostedDataset> ReadBodyAsync(HttpRequest request, Stream body, CancellationToken cancellationToken)
    {
        // What can be refused without reading the body is refused first.
        var name = PostedName.Of(request.Query[PostedOptions.Name], request.Headers.ContentDisposition, request.ContentType, request.Headers.ContentEncoding);
        var options = PostedOptions.Read(request.Query, part: null);
        return new PostedDataset(name, await FileContent.CopyAsync(body, cancellationToken), options);
    }

    private static async Task<PostedDataset> ReadPartsAsync(HttpRequest request, Stream body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var (name, file, options) = (default(string), default(FileContent), default(byte[]));
        try
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
            var reader = new MultipartReader(boundary.Length > 0 ? boundary : throw BadParts("The content type has no boundary."), body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                var part = section.GetContentDispositionHeader()?.Name.ToString().Trim('"');
                if (part == "file" && file is null)
                {
                    name = PostedName.Of(request.Query[PostedOptions.Name], section.ContentDisposition, section.ContentType, contentEncoding: null);
                    file = await FileContent.CopyAsync(section.Body, cancellationToken);
                }
                else if (part == "options" && options is null)
                {
                    options = await ReadOptionsAsync(section.Body, cancellationToken);
                }
                else
                {
                    throw BadParts($"The part '{part}' is not known here, or stands twice.");
                }
            }

            return new PostedDataset(
                name ?? throw BadParts("There is no part 'file'."), file!, PostedOptions.Read(request.Query, options));
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is InvalidDataException or IOException and not BadHttpRequestException)
                throw BadParts(e.Message, e);
            throw;
        }
    }

    private static async Task<byte[]> ReadOptionsAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[RunOptionsReader.LargestFile + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read < buffer.Length
            ? buffer[..read]
            : throw new RefusedRequestException(
                StatusCodes.Status413PayloadTooLarge, "options-too-large", $"The part 'options' has more than {RunOptionsReader.LargestFile:N0} bytes.", "Leave out what is not an option.");
    }

    // Damage is left to the reader, whose report names it.
    private void CheckUnpackedSize(long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        using var unpacked = new GZipStream(Content.Open(), CompressionMode.Decompress);
        try
        {
            for (long total = 0; unpacked.Read(buffer) is > 0 and var read;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((total += read) > limit)
                {
                    throw new RefusedRequestException(
                        StatusCodes.Status413PayloadTooLarge, "unpacked-too-large", $"The dataset unpacks to more than {limit:N0} bytes.", Elsewhere);
                }
            }
        }
        catch (InvalidDataException)
        {
        }
    }

    private const string Elsewhere =
        "Drop it into the container 'datasets' with {\"mode\": \"validate\"} in its options file; there is no limit there. Or run 'local validate FILE'.";

    private static RefusedRequestException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A dataset in a request has {limit:N0} bytes at most.", Elsewhere);

    private static RefusedRequestException BadParts(string detail, Exception? inner = null) => new(
        StatusCodes.Status400BadRequest, "bad-multipart", $"The multipart body cannot be read: {detail}",
        "Send one part 'file' with a file name and, if you like, one part 'options' with JSON: curl -F file=@spam.csv -F options=@spam.options.json.", inner);
}
