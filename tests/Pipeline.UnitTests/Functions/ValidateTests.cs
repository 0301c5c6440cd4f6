using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Functions.Api.Validate;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Functions;

/// <summary><c>POST /api/datasets/validate</c> over HTTP, without a storage account: nothing is stored.</summary>
public sealed class ValidateTests : IAsyncLifetime
{
    private const int MaxBody = 8_192;

    private RunningFunctions _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Csv { get; } = "text,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"text number {i},{(i % 2 == 0 ? "a" : "b")}\n"));

    public async ValueTask InitializeAsync() => _app = await RunningFunctions.StartAsync(
        settings: [$"Pipeline:Validation:MaxBodyBytes={MaxBody}", "Pipeline:Validation:MaxUnpackedBytes=100000", "Pipeline:Validation:MaxConcurrent=1"]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_good_file_gives_the_report_of_a_run_without_a_run()
    {
        var report = await ReportAsync("?name=spam.csv", Text(Csv));

        Assert.True((bool)report["accepted"]!);
        Assert.Equal(("spam.csv", 40), ((string)report["dataset"]!, (int)report["rows_used"]!));
        Assert.Equal(["a", "b"], report["labels"]!.AsArray().Select(l => (string)l!["name"]!));
        Assert.Null(report["run_id"]);
    }

    [Fact]
    public async Task A_broken_file_is_a_report_that_rejects_it_with_line_and_fix()
    {
        var report = await ReportAsync("?name=spam.csv", Text("text,label\nfine,a\n\"open,b\nmore,a\n"));

        Assert.False((bool)report["accepted"]!);
        var finding = report["findings"]![0]!;
        Assert.Equal(("unbalanced-quotes", 3), ((string)finding["id"]!, (int)finding["places"]![0]!["line"]!));
        Assert.NotEmpty((string)finding["fix"]!);
    }

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/html;q=0.5, application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    public async Task The_report_is_a_page_for_those_who_ask_for_one(string accept, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/validate?name=spam.csv") { Content = Text(Csv) };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _app.Http.SendAsync(request, Cancel);

        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("spam.csv", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_format_may_stand_in_the_content_type_or_in_a_file_name()
    {
        var byType = Text(Csv, "text/csv; charset=utf-8");
        var byName = Text(Csv);
        byName.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "\"mails.csv\"" };

        Assert.Equal("dataset.csv", (string?)(await ReportAsync("", byType))["dataset"]);
        Assert.Equal("mails.csv", (string?)(await ReportAsync("", byName))["dataset"]);
        Assert.Equal("mails.csv", (string?)(await ReportAsync("?name=mails", Text(Csv, "text/csv")))["dataset"]);
    }

    [Fact]
    public async Task A_gzipped_file_may_say_so_by_its_name_or_by_the_content_encoding()
    {
        var encoded = Gzip(Csv);
        encoded.Headers.ContentEncoding.Add("gzip");

        Assert.True((bool)(await ReportAsync("?name=spam.csv.gz", Gzip(Csv)))["accepted"]!);
        Assert.True((bool)(await ReportAsync("?name=spam.csv", encoded))["accepted"]!);
    }

    [Fact]
    public async Task Options_stand_in_the_query_and_a_key_of_the_functions_host_is_none()
    {
        var csv = Text(Csv.Replace("text,label", "words,kind", StringComparison.Ordinal));

        Assert.True((bool)(await ReportAsync("?name=spam.csv&text_column=words&label_column=kind&seed=7&code=secret", csv))["accepted"]!);
    }

    [Fact]
    public async Task A_form_has_the_file_and_its_options_in_any_order()
    {
        using var form = new MultipartFormDataContent
        {
            { Text(Csv.Replace("text,label", "words,kind", StringComparison.Ordinal)), "file", "spam.csv" },
            { Text("""{"text_column":"words","label_column":"kind"}"""), "options", "spam.options.json" },
        };

        Assert.True((bool)(await ReportAsync("", form))["accepted"]!);
    }

    [Theory]
    [InlineData("?name=spam.csv&sead=1", "bad-options", "There is no option 'sead'. Did you mean 'seed'?")]
    [InlineData("?name=spam.csv&seed=-1", "bad-options", "'seed' is -1; it must be a whole number from 0 to 2147483647.")]
    [InlineData("?name=spam.csv&label_names_file=names.txt", "bad-options", "'label_names_file' is \"names.txt\"")]
    [InlineData("?name=spam.csv&seed=1&seed=2", "bad-options", "'seed' is a list")]
    public async Task A_wrong_option_is_a_bad_request_that_names_it(string query, string code, string detail) =>
        await AssertProblemAsync(await PostAsync(query, Text(Csv)), HttpStatusCode.BadRequest, code, detail);

    [Theory]
    [InlineData("?name=spam.xlsx", null, "'spam.xlsx' ends in '.xlsx'")]
    [InlineData("", null, "does not say what format")]
    [InlineData("", "application/x-www-form-urlencoded", "'application/x-www-form-urlencoded'")]
    [InlineData("?name=spam", "application/pdf", "'application/pdf'")]
    public async Task A_format_that_is_not_read_or_not_said_is_unsupported(string query, string? contentType, string detail) =>
        await AssertProblemAsync(await PostAsync(query, Text(Csv, contentType)), HttpStatusCode.UnsupportedMediaType, "unknown-format", detail);

    [Fact]
    public async Task A_body_over_the_limit_is_refused_however_it_is_sent()
    {
        var large = string.Concat(Enumerable.Repeat("a text,a\n", 2_000));
        using var form = new MultipartFormDataContent { { Text(large), "file", "spam.csv" } };

        await AssertProblemAsync(await PostAsync("?name=spam.csv", Text(large)), HttpStatusCode.RequestEntityTooLarge, "body-too-large", "8,192");
        await AssertProblemAsync(await PostAsync("?name=spam.csv", Chunked(large)), HttpStatusCode.RequestEntityTooLarge, "body-too-large", "8,192");
        await AssertProblemAsync(await PostAsync("", form), HttpStatusCode.RequestEntityTooLarge, "body-too-large", "8,192");
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_large_one_is_refused() =>
        await AssertProblemAsync(
            await PostAsync("?name=spam.csv.gz", Gzip(new string('x', 200_000))), HttpStatusCode.RequestEntityTooLarge, "unpacked-too-large", "100,000");

    [Theory]
    [InlineData("data", "The part 'data' is not known here")]
    [InlineData("options", "There is no part 'file'")]
    public async Task A_form_of_other_parts_says_how_to_send_one(string part, string detail)
    {
        using var form = new MultipartFormDataContent { { Text("{}"), part } };

        await AssertProblemAsync(await PostAsync("", form), HttpStatusCode.BadRequest, "bad-multipart", detail);
    }

    [Fact]
    public async Task One_request_more_than_there_are_slots_is_told_when_to_try_again()
    {
        using (_app.Services.GetRequiredService<ValidationSlots>().TryTake())
        {
            using var refused = await PostAsync("?name=spam.csv", Text(Csv));

            Assert.Equal((HttpStatusCode.TooManyRequests, "5"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        }

        // Each request gives its slot back, a refused one too.
        for (var i = 0; i < 3; i++)
        {
            using var bad = await PostAsync("?name=spam.csv&sead=1", Text(Csv));
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
            Assert.True((bool)(await ReportAsync("?name=spam.csv", Text(Csv)))["accepted"]!);
        }
    }

    private async Task<JsonNode> ReportAsync(string query, HttpContent content)
    {
        using var response = await PostAsync(query, content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private Task<HttpResponseMessage> PostAsync(string query, HttpContent content) =>
        _app.Http.PostAsync("/api/datasets/validate" + query, content, Cancel);

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code, string detail)
    {
        using (response)
        {
            var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
            Assert.Equal((status, code), (response.StatusCode, (string?)problem["code"]));
            Assert.Contains(detail, (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.NotEmpty((string)problem["fix"]!);
        }
    }

    private static ByteArrayContent Text(string text, string? contentType = null)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    private static StreamContent Chunked(string text)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(Encoding.UTF8.GetBytes(text));
        pipe.Writer.Complete();
        return new StreamContent(pipe.Reader.AsStream());
    }

    private static ByteArrayContent Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return new ByteArrayContent(packed.ToArray());
    }
}
