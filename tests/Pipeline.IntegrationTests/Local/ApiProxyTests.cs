using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Local.FunctionsHost;
using Pipeline.Local.Processes;

namespace Pipeline.IntegrationTests.Local;

/// <summary>The proxy in front of a handler, over real sockets.</summary>
public sealed class ApiProxyTests : IAsyncLifetime
{
    private readonly WebApplication _handler;
    private readonly Uri _handlerAddress = new($"http://127.0.0.1:{LoopbackPort.Free()}");
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private ApiServer _server = null!;

    public ApiProxyTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _handler = builder.Build();
        _handler.Urls.Add(_handlerAddress.ToString());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ApiServer.StartAsync(0, _handlerAddress, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _handler.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task Path_query_headers_and_body_arrive_as_they_were_sent()
    {
        var seen = new List<string?>();
        _handler.MapPost("/api/models/{name}/classify", async (HttpRequest request) =>
        {
            seen.AddRange([request.QueryString.Value, request.ContentType, string.Join(", ", request.Headers["X-Request"].ToArray())]);
            seen.AddRange([request.Headers["X-Forwarded-Host"], request.Host.Value, await new StreamReader(request.Body).ReadToEndAsync()]);
            request.HttpContext.Response.Headers["X-Answer"] = "42";
            return Results.Text("done", "text/plain", Encoding.UTF8, 418);
        });
        await _handler.StartAsync(Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Address, "/api/models/my%20model/classify?top_k=2&q=a%2Fb"))
        {
            Content = new StringContent("{\"inputs\":\"naïve\"}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Request", ["one", "two"]);

        using var response = await _client.SendAsync(request, Cancellation);

        Assert.Equal((HttpStatusCode)418, response.StatusCode);
        Assert.Equal("42", response.Headers.GetValues("X-Answer").Single());
        Assert.Equal("done", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(
            ["?top_k=2&q=a%2Fb", "application/json; charset=utf-8", "one, two", _server.Address.Authority, _handlerAddress.Authority, "{\"inputs\":\"naïve\"}"],
            seen);
    }

    [Fact]
    public async Task An_answer_is_passed_on_while_it_is_still_being_written()
    {
        var goOn = new TaskCompletionSource();
        _handler.MapGet("/api/stream", async (HttpResponse response) =>
        {
            await response.WriteAsync("first\n");
            await response.Body.FlushAsync();
            await goOn.Task;
            await response.WriteAsync("second\n");
        });
        await _handler.StartAsync(Cancellation);

        using var response = await _client.GetAsync(new Uri(_server.Address, "/api/stream"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        Assert.Equal("first", await reader.ReadLineAsync(Cancellation));
        goOn.SetResult();
        Assert.Equal("second", await reader.ReadLineAsync(Cancellation));
    }

    [Fact]
    public async Task A_handler_that_is_just_being_restarted_is_waited_for()
    {
        _handler.MapGet("/api/health", () => "ok");
        var answer = _client.GetStringAsync(new Uri(_server.Address, "/api/health"), Cancellation);
        await _handler.StartAsync(Cancellation);

        Assert.Equal("ok", await answer);
    }

    [Fact]
    public async Task A_handler_that_is_gone_gives_503_as_problem_details()
    {
        using var response = await _client.GetAsync(new Uri(_server.Address, "/api/health"), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Redirects_are_passed_on_and_not_followed()
    {
        _handler.MapGet("/api/old", () => Results.Redirect("/api/new"));
        await _handler.StartAsync(Cancellation);

        using var response = await _client.GetAsync(new Uri(_server.Address, "/api/old"), Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("/api/new", response.Headers.Location?.ToString());
    }
}
