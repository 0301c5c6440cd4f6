using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Functions.Worker.Grpc.Messages;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>
/// Does with an HTTP request what the Functions host does: finds the function by its route, passes the request on to the worker's own
/// address, and invokes the function with the id that the request carries, so that the worker can bring the two together.
/// </summary>
internal sealed class WorkerHttp : DelegatingHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IsolatedHost _host;
    private readonly Uri _worker;

    /// <summary>Makes it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="worker">What the worker named as its capability <c>HttpUri</c>.</param>
    public WorkerHttp(IsolatedHost host, Uri worker)
        : base(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) => (_host, _worker) = (host, worker);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_host.Functions.FirstOrDefault(f => f.Takes(request)) is not { } function)
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        var id = Guid.NewGuid().ToString();
        request.Headers.Add("x-ms-invocation-id", id);
        request.Headers.Add("X-Forwarded-Host", request.RequestUri!.Authority);
        request.Headers.Add("X-Forwarded-Proto", request.RequestUri.Scheme);
        request.RequestUri = new Uri(_worker, request.RequestUri.PathAndQuery);
        var forwarded = ForwardAsync(request, cancellationToken);
        var invoked = _host.InvokeAsync(function, id, new TypedData { Http = new RpcHttp() });
        var response = await forwarded;
        // The function ends when its answer is read.
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        return await invoked is { Failure: { } failure } ? throw new InvalidOperationException($"{function.Name} failed: {failure}") : response;
    }

    // The worker tells its functions before it listens. The host tries again where the connection is refused (its RetryProxyHandler, ten times); a busy
    // machine may need longer.
    private async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } && Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
