using System.Net;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>As much of a blob service as appending takes.</summary>
internal sealed class AppendBlobs : HttpMessageHandler
{
    private readonly Lock _lock = new();

    /// <summary>Whether every request fails.</summary>
    public bool Refuses { get; set; }

    /// <summary>What was appended, by the path of the blob.</summary>
    public Dictionary<string, byte[]> Blobs { get; } = [];

    /// <summary>A run's event log.</summary>
    public IReadOnlyList<RunEvent> Events(string runId) =>
        Blobs.TryGetValue($"/runs/{runId}/events.jsonl", out var log)
            ? [.. Encoding.UTF8.GetString(log).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<RunEvent>(line, PipelineJson.Compact)!)]
            : [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        lock (_lock)
        {
            if (Refuses)
                return Answer(HttpStatusCode.InternalServerError, "InternalError");
            if (request.RequestUri.Query.Contains("comp=appendblock", StringComparison.Ordinal))
            {
                if (!Blobs.TryGetValue(path, out var blob))
                    return Answer(HttpStatusCode.NotFound, "BlobNotFound");
                Blobs[path] = [.. blob, .. body];
            }
            else if (!Blobs.TryAdd(path, []))
            {
                return Answer(HttpStatusCode.Conflict, "BlobAlreadyExists");
            }

            return Answer(HttpStatusCode.Created, null);
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string? error)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent("") };
        answer.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
        answer.Headers.ETag = new("\"0x1\"");
        if (error is not null)
            answer.Headers.Add("x-ms-error-code", error);
        return answer;
    }
}
