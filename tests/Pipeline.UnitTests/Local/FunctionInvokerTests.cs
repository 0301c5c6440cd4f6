using System.Net;
using System.Text.Json.Nodes;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.UnitTests.Local;

public class FunctionInvokerTests
{
    private static readonly FunctionDefinition Function = new("IngestDataset", "message");

    [Fact]
    public async Task The_request_is_a_chunked_post_to_the_functions_name_with_the_hosts_headers()
    {
        var handler = new Answering(HttpStatusCode.OK, "{}");
        await InvokeAsync(handler);

        Assert.Equal("/IngestDataset", handler.Request!.RequestUri!.AbsolutePath);
        Assert.True(handler.Request.Headers.TransferEncodingChunked);
        Assert.True(Guid.TryParse(handler.Request.Headers.GetValues("X-Azure-Functions-InvocationId").Single(), out _));
        Assert.Contains("{}", (string?)JsonNode.Parse(handler.Body!)!["Data"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "{}")]
    [InlineData(HttpStatusCode.Redirect, "{}")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "null")]
    [InlineData(HttpStatusCode.OK, "\"done\"")]
    public async Task What_the_real_host_counts_as_failed_is_failed(HttpStatusCode status, string body) =>
        await Assert.ThrowsAsync<FunctionFailedException>(() => InvokeAsync(new Answering(status, body)));

    private static async Task InvokeAsync(Answering handler)
    {
        using var folder = new TemporaryFolder();
        using var log = new PipelineLog(folder.PathOf("log"), TimeProvider.System);
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://127.0.0.1:1") };
        await new FunctionInvoker(http, log, TimeProvider.System).InvokeAsync(Function, new FakeMessage("{}"), TestContext.Current.CancellationToken);
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(status) { Content = new StringContent(body) };
        }
    }
}
