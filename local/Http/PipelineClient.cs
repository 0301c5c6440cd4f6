using System.Net;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Runs;

namespace Pipeline.Local.Http;

/// <summary>The pipeline's HTTP API, as any user of it sees it.</summary>
internal sealed class PipelineClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>A client for an API.</summary>
    /// <param name="api">The address, for example <c>http://127.0.0.1:7071</c>.</param>
    public PipelineClient(Uri api) =>
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = api, Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>A run, or null where there is none (yet).</summary>
    public async Task<RunRecord?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"/api/runs/{runId}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        await ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<RunRecord>(PipelineJson.Compact, cancellationToken);
    }

    /// <summary>All runs, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListRunsAsync(CancellationToken cancellationToken) =>
        (await GetAsync<RunList>("/api/runs", cancellationToken)).Runs;

    /// <summary>The events of a run from a byte of its log on.</summary>
    /// <returns>The whole lines that are there, and the byte to go on from.</returns>
    public async Task<(IReadOnlyList<RunEvent> Events, long Offset)> ReadEventsAsync(string runId, long offset, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"/api/runs/{runId}/events?offset={offset}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return ([], offset);
        await ThrowIfFailedAsync(response, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. lines.Select(line => JsonSerializer.Deserialize<RunEvent>(line, PipelineJson.Compact)!)], offset + whole);
    }

    /// <summary>Ends a run.</summary>
    /// <returns>The record as it stands afterwards.</returns>
    public async Task<RunRecord> CancelRunAsync(string runId, string by, string? reason, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            $"/api/runs/{Uri.EscapeDataString(runId)}/cancel", new { by, reason }, PipelineJson.Compact, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<RunRecord>(PipelineJson.Compact, cancellationToken)
            ?? throw new InvalidDataException("The answer of cancel is empty.");
    }

    /// <summary>Classifies texts.</summary>
    /// <returns>For each text the labels with their probabilities, the likeliest first; or its number alone.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(
        string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            $"/api/models/{Uri.EscapeDataString(model)}/classify", new { inputs = texts }, PipelineJson.Compact, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<IReadOnlyList<IReadOnlyList<LabelScore>>>(PipelineJson.Compact, cancellationToken)
            ?? throw new InvalidDataException("The answer of classify is empty.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(PipelineJson.Compact, cancellationToken)
            ?? throw new InvalidDataException($"The answer of {path} is empty.");
    }

    // Errors come as problem details with a 'detail' and a 'fix'.
    private static async Task ThrowIfFailedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var problem = Problem.TryParse(body);
        throw new LocalException(
            problem?.Detail ?? problem?.Title ?? $"The API answered {(int)response.StatusCode} {response.ReasonPhrase}: {body}",
            problem?.Fix ?? "The log file of the local pipeline says more.");
    }

    private sealed record RunList(IReadOnlyList<RunRecord> Runs);

    private sealed record Problem(string? Title, string? Detail, string? Fix)
    {
        public static Problem? TryParse(string body)
        {
            try
            {
                return JsonSerializer.Deserialize<Problem>(body, JsonSerializerOptions.Web);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>A label and its probability, or a number alone.</summary>
/// <param name="Label">The label; null where the model gives a number.</param>
/// <param name="Score">0 to 1; or that number.</param>
internal sealed record LabelScore(string? Label, double Score);
