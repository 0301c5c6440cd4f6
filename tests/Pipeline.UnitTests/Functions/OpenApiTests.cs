using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Serving;
using Pipeline.Tests.Shared;
using Pipeline.UnitTests.Serving;

namespace Pipeline.UnitTests.Functions;

/// <summary>The OpenAPI document says what the program does.</summary>
public sealed class OpenApiTests(OpenApiTests.Served served) : IClassFixture<OpenApiTests.Served>
{
    private readonly RunningFunctions _app = served.App;
    private readonly JsonNode _document = served.Document;
    private readonly JsonSchema _schema = new(served.Document);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_route_stands_in_it_with_its_method_and_its_name_and_the_other_way_round()
    {
        var routes = Routes().Select(e =>
            $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {e.RoutePattern.RawText!.TrimEnd('/')}");

        Assert.Equal(routes.Order(StringComparer.Ordinal), Operations().Select(o => $"{o.Method.ToUpperInvariant()} {o.Path}").Order(StringComparer.Ordinal));
        var names = Routes().Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName).ToHashSet();
        Assert.All(Operations(), o => Assert.Contains((string)o.Operation["operationId"]!, names));
    }

    [Fact]
    public void What_wants_no_key_is_what_is_for_anybody()
    {
        var forAnybody = Routes().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText!);

        Assert.Equal(forAnybody.Order(StringComparer.Ordinal), Operations().Where(o => o.Operation["security"] is JsonArray { Count: 0 }).Select(o => o.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_parameter_of_a_path_is_described() => Assert.All(Operations(), o =>
        Assert.Equal(
            o.Path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')),
            (o.Operation["parameters"]?.AsArray() ?? []).Select(p => _schema.Resolve(p!)).Where(p => (string?)p["in"] == "path").Select(p => (string)p["name"]!)));

    [Fact]
    public void Every_reference_points_to_something_and_everything_that_can_be_pointed_to_is()
    {
        var references = Descend(_document).OfType<JsonObject>().Select(o => (string?)o["$ref"]).OfType<string>().ToHashSet();

        foreach (var reference in references)
            _schema.Resolve(new JsonObject { ["$ref"] = reference });
        Assert.All(
            _document["components"]!.AsObject().Where(kind => kind.Key != "securitySchemes").SelectMany(kind => kind.Value!.AsObject().Select(c => $"#/components/{kind.Key}/{c.Key}")),
            component => Assert.Contains(component, references));
    }

    [Fact]
    public void Every_example_fits_its_schema()
    {
        var contents = Descend(_document).OfType<JsonObject>().Where(o => o.ContainsKey("schema") && o.ContainsKey("examples")).ToArray();

        Assert.NotEmpty(contents);
        Assert.All(contents, content => Assert.All(content["examples"]!.AsObject(), example =>
            Assert.Empty(_schema.Errors(example.Value!["value"], content["schema"]!, example.Key))));
    }

    [Theory]
    [InlineData("/api/models/{name}/classify", """{"inputs":["a","b"],"top_k":1}""", 200)]
    [InlineData("/api/models/{name}/classify", """{"inputs":[]}""", 400)]
    [InlineData("/api/models/{name}/versions/{version}/classify", """{"inputs":"a","raw_scores":true}""", 200)]
    [InlineData("/api/models/{name}/classify", """{"inputs":["a","LONG"],"truncate":false}""", 422)]
    [InlineData("/api/predict", """{"inputs":"a"}""", 200)]
    [InlineData("/api/models/{name}/predict", """{"inputs":[["a"],["b"]]}""", 200)]
    [InlineData("/api/models/{name}/predict", """{"inputs":7}""", 422)]
    [InlineData("/api/models/{name}/predict", """{"inputs":""}""", 400)]
    [InlineData("/api/models/{name}/promote", """{}""", 400)]
    [InlineData("/api/models/{name}/rollback", """{}""", 503)]
    [InlineData("/api/models/{name}/info", null, 503)]
    [InlineData("/api/models", null, 503)]
    [InlineData("/api/health", null, 503)]
    public async Task What_the_program_answers_fits_the_schema_of_its_status(string path, string? body, int status)
    {
        var address = path.Replace("{name}", "spam", StringComparison.Ordinal).Replace("{version}", "v1", StringComparison.Ordinal);
        using var content = body is null ? null : new StringContent(body.Replace("LONG", new string('b', 200), StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var response = content is null ? await _app.Http.GetAsync(address, Cancel) : await _app.Http.PostAsync(address, content, Cancel);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        var described = _schema.Resolve(_document["paths"]![path]![content is null ? "get" : "post"]!["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]!);
        Assert.Empty(_schema.Errors(answer, described["content"]![response.Content.Headers.ContentType!.MediaType!]!["schema"]!));
        Assert.All(described["headers"]?.AsObject() ?? [], header => Assert.True(response.Headers.Contains(header.Key), header.Key));
    }

    [Fact]
    public async Task The_page_to_try_loads_nothing_from_elsewhere_and_its_script_is_the_one_that_may_run()
    {
        using var response = await _app.Http.GetAsync("/api/try", Cancel);
        var page = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("localStorage", page, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", page, StringComparison.Ordinal);
        var script = page[(page.IndexOf("<script>", StringComparison.Ordinal) + 8)..page.IndexOf("</script>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Contains($"script-src 'sha256-{hash}'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    // All others are triggers, whose envelope comes from the Functions host alone.
    private IEnumerable<RouteEndpoint> Routes() =>
        _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText is { } route && (route.StartsWith("/api/", StringComparison.Ordinal) || route is "/predict" or "/info"));

    private IEnumerable<(string Path, string Method, JsonNode Operation)> Operations() =>
        _document["paths"]!.AsObject().SelectMany(path => _schema.Resolve(path.Value!).AsObject().Select(o => (path.Key, o.Key, o.Value!)));

    private static IEnumerable<JsonNode> Descend(JsonNode? node) => node switch
    {
        null => [],
        JsonObject o => o.Select(p => p.Value).SelectMany(Descend).Prepend(o),
        JsonArray a => a.SelectMany(Descend).Prepend(a),
        _ => [node],
    };

    /// <summary>The program, started once for all tests, and its document.</summary>
    public sealed class Served : IAsyncLifetime
    {
        internal RunningFunctions App { get; private set; } = null!;

        internal JsonNode Document { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var models = new FakeModelSource();
            models.Publish("spam", "v1");
            App = await RunningFunctions.StartAsync(
                configure: b => b.Services.AddSingleton<IModelSource>(models).AddSingleton<IDropHandler, RecordingDropHandler>(), settings: ["Pipeline:Serving:PredictModel=spam"]);
            Document = (await App.Http.GetFromJsonAsync<JsonNode>("/api/openapi.json", Cancel))!;
        }

        public ValueTask DisposeAsync() => App?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
