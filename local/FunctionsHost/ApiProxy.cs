using System.Net;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace Pipeline.Local.FunctionsHost;

/// <summary>Forwards requests to the custom handler, as the Functions host does with <c>enableProxyingHttpRequest</c>: same path, streamed both ways.</summary>
/// <param name="handler">The handler's address.</param>
internal sealed class ApiProxy(Uri handler) : IDisposable
{
    private const int MaxTries = 10;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(300);

    // These belong to one connection, not to the message (RFC 9110, 7.6.1).
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // Also answers the handler's headers unchanged: no tracing header is added on the way.
        ActivityHeadersPropagator = null,
    });

    /// <summary>Forwards one request and its answer.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        HttpResponseMessage response;
        try
        {
            response = await SendAsync(context);
        }
        catch (HttpRequestException e)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(
                new { title = "The functions app does not answer.", status = 503, detail = e.Message },
                options: null, contentType: "application/problem+json", context.RequestAborted);
            return;
        }

        using (response)
        {
            context.Response.StatusCode = (int)response.StatusCode;
            CopyHeaders(response, context.Response);
            await using var content = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            await CopyAsync(content, context.Response, context.RequestAborted);
        }
    }

    public void Dispose() => _http.Dispose();

    // A handler that is being restarted refuses connections for a moment; nothing of the body has been read by then.
    private async Task<HttpResponseMessage> SendAsync(HttpContext context)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var request = Request(context);
                return await _http.SendAsync(request, context.RequestAborted);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && tries < MaxTries)
            {
                await Task.Delay(RetryDelay, context.RequestAborted);
            }
        }
    }

    private HttpRequestMessage Request(HttpContext context)
    {
        var source = context.Request;
        var request = new HttpRequestMessage(new HttpMethod(source.Method), new Uri(handler, source.GetEncodedPathAndQuery()));
        if (source.Headers.TransferEncoding.Count > 0 || source.ContentLength > 0)
            request.Content = new StreamContent(source.Body);
        foreach (var (name, values) in source.Headers)
        {
            // Host becomes the handler's own, as on Azure.
            if (HopByHop.Contains(name) || name.Equals("Host", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        request.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", source.Host.Value);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", source.Scheme);
        request.Headers.TryAddWithoutValidation(FunctionInvoker.InvocationIdHeader, Guid.NewGuid().ToString());
        request.Headers.TryAddWithoutValidation(FunctionInvoker.HostVersionHeader, FunctionInvoker.HostVersion);
        return request;
    }

    private static void CopyHeaders(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name))
                to.Headers[name] = new StringValues([.. values]);
        }
    }

    // Flushes after every read: a line of an event stream must not wait for the next.
    private static async Task CopyAsync(Stream content, HttpResponse response, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        await response.StartAsync(cancellationToken);
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
