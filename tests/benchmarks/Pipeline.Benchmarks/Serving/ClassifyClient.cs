using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pipeline.Core;

namespace Pipeline.Benchmarks.Serving;

/// <summary>A client of <c>POST /api/models/{name}/classify</c> that keeps its connections.</summary>
internal sealed class ClassifyClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _path;

    public ClassifyClient(Uri address, string model, int connections = 1)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        _path = new Uri($"/api/models/{model}/classify", UriKind.Relative);
    }

    /// <summary>The body of a request.</summary>
    public static byte[] Body(IReadOnlyList<string> texts) => JsonSerializer.SerializeToUtf8Bytes(new { inputs = texts }, PipelineJson.Compact);

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public async Task<Answer> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync(_path, content, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Answer(response.StatusCode, response.Headers.TryGetValues("X-Model-Version", out var version) ? version.Single() : null, bytes);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer of classify.</summary>
internal sealed record Answer(HttpStatusCode Status, string? Version, byte[] Body)
{
    /// <summary>Of each text the score of each label, in the order given.</summary>
    /// <exception cref="InvalidOperationException">It is an error.</exception>
    public float[][] Scores(IReadOnlyList<string> labels)
    {
        if (Status != HttpStatusCode.OK)
            throw new InvalidOperationException($"The API answered {((int)Status).ToString(CultureInfo.InvariantCulture)}: {System.Text.Encoding.UTF8.GetString(Body)}");
        using var document = JsonDocument.Parse(Body);
        return [.. document.RootElement.EnumerateArray().Select(text =>
        {
            var byLabel = text.EnumerateArray().ToDictionary(s => s.GetProperty("label").GetString()!, s => s.GetProperty("score").GetSingle());
            return labels.Select(label => byLabel[label]).ToArray();
        })];
    }
}
