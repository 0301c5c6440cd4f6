using System.Net;
using System.Text;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The same request gets the same answer behind the custom handler and behind the isolated worker, byte for byte.</summary>
[Collection(nameof(HostPair))]
public sealed class SameAnswersTests(HostPair hosts)
{
    private const string Classify = "/api/models/mail/classify";
    private const string Predict = "/api/models/mail/predict";
    private const string Validate = "/api/datasets/validate?name=mail.csv";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/models", 200)]
    [InlineData("/api/models/mail", 200)]
    [InlineData("/api/models/post", 404)]
    [InlineData("/api/models/mail/info", 200)]
    [InlineData("/api/models/post/info", 404)]
    [InlineData("/api/models/mail/drift", 404)]
    [InlineData("/api/models/mail/feedback.jsonl", 200)]
    [InlineData("/api/info", 200)]
    [InlineData("/api/runs?model=mail", 200)]
    [InlineData("/api/runs?model=none", 200)]
    [InlineData("/api/runs/mail-0123456789ab", 200)]
    [InlineData("/api/runs/mail-ffffffffffff", 404)]
    [InlineData("/api/runs/mail-0123456789ab/report", 404)]
    [InlineData("/api/runs/mail-0123456789ab/events", 200)]
    [InlineData("/api/openapi.json", 200)]
    [InlineData("/api/options.schema.json", 200)]
    [InlineData("/api/try", 200)]
    [InlineData("/api/models/m%61il/info", 200)]
    [InlineData("/api/models/a%2Fb", 404)]
    public Task What_is_read(string path, int status) => SameAsync(status, () => new HttpRequestMessage(HttpMethod.Get, path));

    [Theory]
    [InlineData(Classify, """{"inputs": "win money"}""", 200)]
    [InlineData(Classify, """{"inputs": ["win", "hello"], "top_k": 1}""", 200)]
    [InlineData(Classify, """{"inputs": ["win"], "explain": true}""", 200)]
    [InlineData("/api/models/mail/versions/20260101T000000Z-aaaaaa/classify", """{"inputs": "win"}""", 200)]
    [InlineData("/api/models/mail/versions/20260109T000000Z-ffffff/classify", """{"inputs": "win"}""", 404)]
    [InlineData("/api/models/post/classify", """{"inputs": "win"}""", 404)]
    [InlineData(Classify, "", 400)]
    [InlineData(Classify, "{", 400)]
    [InlineData(Classify, """{"inputs": "win", "unknown": 1}""", 400)]
    [InlineData(Predict, """{"inputs": "win"}""", 200)]
    [InlineData(Predict, """{"inputs": [["win"], ["hello"]], "raw_scores": true}""", 200)]
    [InlineData(Predict, """{"inputs": []}""", 400)]
    [InlineData(Predict, """{"inputs": 3}""", 422)]
    [InlineData("/api/predict", """{"inputs": "win"}""", 200)]
    [InlineData("/api/models/mail/promote", "{}", 400)]
    [InlineData("/api/models/mail/promote", """{"version": "20260109T000000Z-ffffff"}""", 404)]
    [InlineData("/api/runs/mail-0123456789ab/cancel", "", 409)]
    [InlineData("/api/datasets/validate?name=mail.csv", "text,label\nwin,spam\nhello,ham\n", 200)]
    [InlineData("/api/datasets/validate?name=mail.csv", "", 200)]
    [InlineData("/api/datasets/validate?name=mail.csv&sead=1", "text,label\n", 400)]
    [InlineData("/api/models/mail/feedback", """{"text": "win", "label": "none"}""", 400)]
    public Task What_is_posted(string path, string body, int status) => SameAsync(status, () => Post(path, body));

    [Theory]
    [InlineData(Classify, 413)]
    [InlineData(Predict, 413)]
    public Task A_body_that_is_too_large(string path, int status) => SameAsync(status, () => Post(path, $$"""{"inputs": "{{new string('x', 5_000)}}"}"""));

    [Theory]
    [InlineData(Classify, 422)]
    [InlineData(Predict, 422)]
    public Task A_text_that_is_too_long(string path, int status) => SameAsync(status, () => Post(path, $$"""{"inputs": "{{new string('x', 1_500)}}"}"""));

    // The one place for a validation is taken by an upload that does not end.
    [Fact]
    public async Task More_at_once_than_is_allowed()
    {
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            for (var tries = 0; tries < 100; tries++)
            {
                using var upload = new EndlessContent();
                using var slow = new HttpRequestMessage(HttpMethod.Post, Validate) { Content = upload };
                var first = side.Functions.Http.SendAsync(slow, Cancel);
                await upload.Begun.WaitAsync(Cancel);
                // What was sent first need not be what arrives first.
                var second = await AskAsync(side, Post(Validate, "text,label\n"));
                upload.End();
                using var answer = await first;
                if (second.Status == (int)HttpStatusCode.TooManyRequests && answer.IsSuccessStatusCode)
                    return second;
            }

            throw new InvalidOperationException("No two validations ever met.");
        });

        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task Many_at_once_get_each_its_own()
    {
        var (custom, isolated) = await hosts.BothAsync(side => Task.WhenAll(
            Enumerable.Range(0, 64).Select(i => AskAsync(side, Post(Classify, $$"""{"inputs": "{{new string('w', i % 8)}} hello"}""")))));

        Assert.Equal(8, custom.Select(a => a.Body).Distinct().Count());
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task What_changes_something_changes_the_same()
    {
        var (custom, isolated) = await hosts.BothAsync(async side => new[]
        {
            await AskAsync(side, Post("/api/models/mail/promote", $$"""{"version": "{{HostPair.Old}}", "by": "anna", "reason": "odd"}""")),
            await AskAsync(side, Post("/api/models/mail/promote", $$"""{"version": "{{HostPair.Old}}"}""")),
            await AskAsync(side, Post("/api/models/mail/rollback", """{"by": "anna"}""")),
            await AskAsync(side, Post("/api/models/mail/feedback", """{"id": "one", "text": "win", "label": "ham"}""")),
            await AskAsync(side, Post("/api/models/mail/feedback", """{"id": "one", "text": "win", "label": "ham"}""")),
            await AskAsync(side, new HttpRequestMessage(HttpMethod.Get, "/api/models/mail/feedback.jsonl")),
        });

        Assert.Equal([200, 200, 200, 201, 200, 200], custom.Select(a => a.Status));
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task Health_and_figures_have_the_same_form()
    {
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            (await AskAsync(side, Post(Classify, """{"inputs": "win"}"""))).ToString();
            var figures = await AskAsync(side, new HttpRequestMessage(HttpMethod.Get, "/api/metrics"));
            return (Health: await AskAsync(side, new HttpRequestMessage(HttpMethod.Get, "/api/health")), figures.Status, figures.Headers, figures.Body);
        }, (one, native) =>
        {
            Assert.Equal(one.Health, native.Health);
            Assert.Equal(WithoutDates(one.Headers), WithoutDates(native.Headers));
            // Other apps of this process are measured with the first.
            Assert.Subset(Families(one.Body), Families(native.Body));
            Assert.Contains("http_route=\"/api/models/{name}/classify\"", native.Body, StringComparison.Ordinal);
        });

        Assert.Equal(custom.Health, isolated.Health);
        Assert.Equal((200, 200), (custom.Status, isolated.Status));
        Assert.Equal(WithoutDates(custom.Headers), WithoutDates(isolated.Headers));
        Assert.All([custom.Body, isolated.Body], body => Assert.Contains("http_route=\"/api/models/{name}/classify\"", body, StringComparison.Ordinal));
    }

    private async Task SameAsync(int status, Func<HttpRequestMessage> request)
    {
        var (custom, isolated) = await hosts.BothAsync(side => AskAsync(side, request()));

        Assert.Equal(status, custom.Status);
        Assert.Equal(custom, isolated);
    }

    private static async Task<Answer> AskAsync(Side side, HttpRequestMessage request)
    {
        using (request)
        using (var response = await side.Functions.Http.SendAsync(request, Cancel))
            return await Answer.ReadAsync(response);
    }

    // What is measured, without the figures.
    private static HashSet<string> Families(string metrics) => [.. metrics.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))];

    private static IEnumerable<string> WithoutDates(string headers) => headers.Split('\n').Where(h => !h.StartsWith("Last-Modified", StringComparison.Ordinal));

    private static HttpRequestMessage Post(string path, string body) =>
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, path.Contains("validate", StringComparison.Ordinal) ? "text/csv" : "application/json") };

    /// <summary>A table whose last row is long in coming.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("text,label\n"u8.ToArray());
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
