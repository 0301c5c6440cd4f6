using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Functions.Api;
using Pipeline.Functions.Api.Tei;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Serving;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>Whatever is posted, the answer is 200 or says what is wrong with the request: never that the program failed.</summary>
public sealed class RandomBodiesTests
{
    private static readonly string[] Names =
        ["inputs", "text", "text_pair", "top_k", "threshold", "raw_scores", "explain", "words", "truncate", "truncation_direction", "reason", "by", "other", "", "\\ud800", "\\u0000"];

    private static readonly string[] Strings = ["", "a", "Left", "right", "win money", "\\ud83d", "\\ude00\\ud83d", "\\ud83d\\ude00", "\\u0000", "Zażółć", new('x', 300)];

    private static readonly string[] Numbers = ["0", "1", "-1", "2", "0.5", "1.5", "1e400", "-1e400", "1e-400", "99999999999999999999", "2147483648", "-0"];

    private static readonly Gen<string> Scalar = Gen.OneOf<string>(
        Gen.OneOf(Strings).Select(s => $"\"{s}\""), Gen.OneOf(Numbers), Gen.OneOf("true", "false", "null"));

    // Mostly what a reader has a branch for, so that random values get past its first line.
    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 3 ? Scalar : Gen.Frequency<string>(
        (4, Scalar),
        (2, inner.Array[0, 6].Select(items => $"[{string.Join(',', items)}]")),
        (2, Object(inner))));

    private static readonly Gen<string> Request = Gen.Select(Value, Object(Scalar)).Select((inputs, rest) => $"{{\"inputs\":{inputs},{rest[1..]}".Replace(",}", "}", StringComparison.Ordinal));

    private static readonly Gen<byte[]> Broken = Gen.Select(Request, Gen.Int[0, 60], Gen.Byte).Select((body, at, change) =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        bytes[at % bytes.Length] = change;
        return bytes;
    });

    private static readonly Gen<byte[]> Body = Gen.Frequency<byte[]>(
        (6, Request.Select(Encoding.UTF8.GetBytes)),
        (2, Value.Select(Encoding.UTF8.GetBytes)),
        (3, Broken),
        (1, Gen.Byte.Array[0, 40]),
        (1, Gen.Int[1, 200].Select(depth => Encoding.UTF8.GetBytes("{\"inputs\":" + new string('[', depth) + new string(']', depth) + "}"))));

    private static readonly ServingOptions Limits = new() { MaxInputs = 4, MaxTextCharacters = 250 };

    private static readonly ModelManifest Texts = new("spam", "v1", "run", DateTimeOffset.UnixEpoch, ["a", "b"], 16, new HeadlineMetrics(1, 1), []);

    private static readonly ModelManifest[] Models =
        [Texts, Texts with { HasPairs = true }, Texts with { ProblemType = ProblemType.MultiLabelClassification }, Texts with { ProblemType = ProblemType.Regression }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_classify_request_is_read_or_refused_with_400_413_or_422() => StatusesAsync(async body =>
    {
        try
        {
            var request = await ClassifyRequest.ReadAsync(body, Limits, Cancel);
            foreach (var model in Models)
                Assert.InRange(Try(() => request.RequireFor(model)), 200, 400);
            Assert.NotEmpty(request.Inputs);
            return StatusCodes.Status200OK;
        }
        catch (RefusedRequestException refused)
        {
            Assert.NotEmpty(refused.Message);
            return refused.Status;
        }
    });

    [Fact]
    public Task A_predict_request_is_read_or_refused_with_400_413_or_422() => StatusesAsync(async body =>
    {
        try
        {
            var request = await PredictRequest.ReadAsync(body, Limits, Cancel);
            Assert.True(request.IsBatch || request.Inputs.Count == 1);
            return StatusCodes.Status200OK;
        }
        catch (TeiException refused)
        {
            Assert.NotEmpty(refused.Message);
            return refused.Status;
        }
        // A text with too many characters; the route's own filter turns it into the same shape.
        catch (RefusedRequestException refused) when (refused.Status == StatusCodes.Status422UnprocessableEntity)
        {
            return refused.Status;
        }
    });

    [Theory]
    [InlineData("/api/models/spam/classify")]
    [InlineData("/api/models/spam/versions/v1/classify")]
    [InlineData("/api/models/spam/predict")]
    public async Task Over_HTTP_such_a_request_is_told_what_is_wrong_with_it(string path)
    {
        var models = new FakeModelSource();
        models.Publish("spam", "v1");
        await using var app = await RunningFunctions.StartAsync(
            configure: b => b.Services.AddSingleton<IModelSource>(models).AddSingleton<IDropHandler, RecordingDropHandler>(),
            settings: ["Pipeline:Serving:MaxInputs=4", "Pipeline:Serving:MaxTextCharacters=250"]);

        await Body.SampleAsync(
            async body =>
            {
                using var response = await app.Http.PostAsync(path, new ByteArrayContent(body), Cancel);
                var answer = await response.Content.ReadAsStringAsync(Cancel);
                Assert.True((int)response.StatusCode is 200 or 400 or 413 or 422, $"{(int)response.StatusCode} for {Encoding.UTF8.GetString(body)}: {answer}");
                if (response.StatusCode != HttpStatusCode.OK)
                    Assert.False(string.IsNullOrEmpty((string?)(JsonNode.Parse(answer)!["detail"] ?? JsonNode.Parse(answer)!["error"])), answer);
            },
            iter: 150, threads: 1);
    }

    private static async Task StatusesAsync(Func<Stream, Task<int>> read)
    {
        var statuses = new Dictionary<int, int>();
        await Body.SampleAsync(
            async body =>
            {
                var status = await read(new MemoryStream(body));
                Assert.True(status is 200 or 400 or 413 or 422, $"{status} for {Encoding.UTF8.GetString(body)}");
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
            },
            iter: 10_000, threads: 1);

        // The bodies are of all kinds, or the test says nothing.
        Assert.Equal([200, 400, 413, 422], statuses.Keys.Order());
    }

    private static int Try(Action require)
    {
        try
        {
            require();
            return StatusCodes.Status200OK;
        }
        catch (RefusedRequestException refused)
        {
            return refused.Status;
        }
    }

    private static Gen<string> Object(Gen<string> value) => Gen.Select(Gen.OneOf(Names), value).Array[0, 5]
        .Select(properties => $"{{{string.Join(',', properties.Select(p => $"\"{p.Item1}\":{p.Item2}"))}}}");
}
