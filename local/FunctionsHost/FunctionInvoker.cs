using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Messaging;

namespace Pipeline.Local.FunctionsHost;

/// <summary>Calls a function of a custom handler, and judges the answer as the Functions host does.</summary>
/// <param name="http">A client whose base address is the handler's.</param>
/// <param name="log">Receives what the function logs.</param>
/// <param name="time">The clock.</param>
internal sealed class FunctionInvoker(HttpClient http, PipelineLog log, TimeProvider time)
{
    /// <summary>The version of the Functions host that the envelope was taken from.</summary>
    public const string HostVersion = "4.1037.0";

    /// <summary>Header with the invocation's id.</summary>
    public const string InvocationIdHeader = "X-Azure-Functions-InvocationId";

    /// <summary>Header with the host's version.</summary>
    public const string HostVersionHeader = "X-Azure-Functions-HostVersion";

    /// <summary>Invokes a function with a message of a queue.</summary>
    /// <exception cref="HttpRequestException">The handler is not there.</exception>
    /// <exception cref="FunctionFailedException">The invocation failed.</exception>
    public Task InvokeAsync(FunctionDefinition function, IMessageDelivery message, CancellationToken cancellationToken) =>
        PostAsync(function, id => InvocationEnvelope.ForMessage(function, message, id, time.GetUtcNow()), cancellationToken);

    /// <summary>Invokes a function whose time has come.</summary>
    /// <inheritdoc cref="InvokeAsync(FunctionDefinition, IMessageDelivery, CancellationToken)"/>
    public Task InvokeAsync(FunctionDefinition function, CancellationToken cancellationToken) =>
        PostAsync(function, id => InvocationEnvelope.ForTimer(function, id, time.GetUtcNow()), cancellationToken);

    private async Task PostAsync(FunctionDefinition function, Func<Guid, JsonObject> envelope, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var body = envelope(id).ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{function.Name}")
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.TransferEncodingChunked = true; // as the host sends it: without a Content-Length
        request.Headers.Add(HostVersionHeader, HostVersion);
        request.Headers.Add(InvocationIdHeader, id.ToString());
        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new FunctionFailedException(function.Name, $"status {(int)response.StatusCode}: {answer}");
        foreach (var line in Logs(function, answer))
            log.Write("functions", line);
    }

    private static IEnumerable<string> Logs(FunctionDefinition function, string answer)
    {
        try
        {
            var result = JsonNode.Parse(answer) as JsonObject
                ?? throw new FunctionFailedException(function.Name, $"its answer is not a JSON object (the real host would wait for ever): '{answer}'");
            return result["Logs"] is JsonArray logs ? logs.Select(line => line?.ToString() ?? "") : [];
        }
        catch (JsonException e)
        {
            throw new FunctionFailedException(function.Name, $"its answer is not JSON: '{answer}'", e);
        }
    }
}

/// <summary>An invocation that the host counts as failed.</summary>
internal sealed class FunctionFailedException(string function, string why, Exception? inner = null)
    : Exception($"The function {function} failed with {why}", inner);
