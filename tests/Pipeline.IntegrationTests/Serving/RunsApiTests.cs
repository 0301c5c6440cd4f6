using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>Runs in real storage, read over HTTP.</summary>
public sealed class RunsApiTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private const string Run = "mail-0123456789ab";

    private protected override Task<RunningFunctions> StartAsync() => RunningFunctions.StartAsync(Account);

    [Fact]
    public async Task Runs_are_listed_newest_first_and_can_be_limited_to_a_model()
    {
        await CreateAsync(Run, "mail", day: 1);
        await CreateAsync("mail-2-0123456789ab", "mail-2", day: 2);
        await CreateAsync("mail-ffffffffffff", "mail", day: 3);

        Assert.Equal(["mail-ffffffffffff", "mail-2-0123456789ab", Run], await IdsAsync("/api/runs"));
        Assert.Equal(["mail-ffffffffffff", Run], await IdsAsync("/api/runs?model=mail"));
    }

    [Fact]
    public async Task A_run_is_its_record()
    {
        await CreateAsync(Run, "mail", day: 1);

        var run = (await App.Http.GetFromJsonAsync<JsonNode>($"/api/runs/{Run}", Cancel))!;

        Assert.Equal("queued", (string?)run["state"]);
        Assert.Equal("mail.csv", (string?)run["dataset"]!["blob"]);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/html", "<p>")]
    public async Task A_run_s_report_is_json_or_a_page(string accept, string content)
    {
        await CreateAsync(Run, "mail", day: 1);
        var runs = Storage.GetBlobContainerClient(BlobLayout.Runs);
        using var early = await GetReportAsync(accept);
        await runs.UploadBlobAsync(BlobLayout.Report(Run), BinaryData.FromString("{}"), Cancel);
        await runs.UploadBlobAsync(BlobLayout.HtmlReport(Run), BinaryData.FromString("<p>"), Cancel);
        using var response = await GetReportAsync(accept);

        Assert.Equal("no-report", (string?)(await early.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(content, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/api/runs/mail-ffffffffffff")]
    [InlineData("/api/runs/mail-ffffffffffff/events")]
    [InlineData("/api/runs/mail-ffffffffffff/report")]
    [InlineData("/api/runs/No_Run")]
    public async Task A_run_that_is_not_there_is_404(string path)
    {
        using var response = await App.Http.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("no-such-run", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["code"]);
    }

    [Fact]
    public async Task Events_can_be_followed_from_the_byte_where_the_reader_stopped()
    {
        await CreateAsync(Run, "mail", day: 1);
        var log = new RunEventLog(Storage);
        Assert.Equal("", await EventsAsync(0));

        await log.AppendAsync(Run, new RunEvent { At = DateTimeOffset.UnixEpoch, Type = "state", Message = "eins – 1" }, Cancel);
        var first = await EventsAsync(0);
        var read = System.Text.Encoding.UTF8.GetByteCount(first);
        Assert.Equal("", await EventsAsync(read));
        await log.AppendAsync(Run, new RunEvent { At = DateTimeOffset.UnixEpoch, Type = "step", Step = 2 }, Cancel);
        var second = await EventsAsync(read);

        Assert.Equal("state", (string?)JsonNode.Parse(first)!["type"]);
        Assert.Equal(2, (int?)JsonNode.Parse(second)!["step"]);
        Assert.Equal(first + second, await EventsAsync(0));
    }

    [Fact]
    public async Task A_run_is_cancelled_once_and_for_all_and_its_checkpoints_are_gone()
    {
        await CreateAsync(Run, "mail", day: 1);
        await Storage.GetBlobContainerClient(BlobLayout.Runs).UploadBlobAsync(BlobLayout.Checkpoints(Run) + "latest.json", BinaryData.FromString("{}"), Cancel);

        var first = await CancelAsync(Run, """{"reason": "wrong file", "by": "anna"}""");
        var second = await CancelAsync(Run, """{"reason": "again"}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal("cancelled", (string?)first.Body["state"]);
        Assert.Equal(("anna", "wrong file"), ((string?)first.Body["cancelled"]!["by"], (string?)first.Body["cancelled"]!["reason"]));
        Assert.Equal("cancelled", (string?)first.Body["failure"]!["code"]);
        Assert.NotNull(first.Body["finished_at"]);
        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
        Assert.Contains("wrong file", Assert.Single((await EventsAsync(0)).TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(await Storage.GetBlobContainerClient(BlobLayout.Runs).GetBlobClient(BlobLayout.Checkpoints(Run) + "latest.json").ExistsAsync(Cancel));
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Rejected)]
    public async Task A_run_that_has_ended_cannot_be_cancelled(RunState state)
    {
        await new RunStore(Storage).TryCreateAsync(RunFixtures.Run(Run, "mail", state), Cancel);

        var (status, body) = await CancelAsync(Run, body: null);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("run-finished", (string?)body["code"]);
    }

    [Theory]
    [InlineData("mail-ffffffffffff", null, HttpStatusCode.NotFound, "no-such-run")]
    [InlineData(Run, "no json", HttpStatusCode.BadRequest, "bad-json")]
    [InlineData(Run, "[]", HttpStatusCode.BadRequest, "bad-request")]
    [InlineData(Run, """{"why": "x"}""", HttpStatusCode.BadRequest, "unknown-property")]
    [InlineData(Run, """{"reason": 1}""", HttpStatusCode.BadRequest, "bad-request")]
    public async Task A_cancellation_that_cannot_be_understood_changes_nothing(string run, string? body, HttpStatusCode status, string code)
    {
        await CreateAsync(Run, "mail", day: 1);

        var answer = await CancelAsync(run, body);

        Assert.Equal((status, code), (answer.Status, (string?)answer.Body["code"]));
        Assert.NotNull((string?)answer.Body["fix"]);
        Assert.Equal(RunState.Queued, (await new RunStore(Storage).FindAsync(Run, Cancel))!.State);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task An_offset_that_is_no_number_of_bytes_is_400(string offset)
    {
        using var response = await App.Http.GetAsync($"/api/runs/{Run}/events?offset={offset}", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Storage_without_its_containers_is_503_and_says_so()
    {
        await using var app = await RunningFunctions.StartAsync(NewAccount());

        foreach (var path in new[] { "/api/runs", "/api/models", "/api/health" })
        {
            using var response = await app.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Contains("container", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> CancelAsync(string run, string? body)
    {
        using var content = body is null ? null : new StringContent(body);
        using var response = await App.Http.PostAsync($"/api/runs/{run}/cancel", content, Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }

    private async Task<HttpResponseMessage> GetReportAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/{Run}/report");
        request.Headers.Add("Accept", accept);
        return await App.Http.SendAsync(request, Cancel);
    }

    private Task CreateAsync(string id, string model, int day) =>
        new RunStore(Storage).TryCreateAsync(RunFixtures.Run(id, model, RunState.Queued, DateTimeOffset.UnixEpoch.AddDays(day)), Cancel);

    private async Task<string[]> IdsAsync(string path) =>
        [.. (await App.Http.GetFromJsonAsync<JsonNode>(path, Cancel))!["runs"]!.AsArray().Select(r => (string)r!["run_id"]!)];

    private async Task<string> EventsAsync(long offset)
    {
        using var response = await App.Http.GetAsync($"/api/runs/{Run}/events?offset={offset}", Cancel);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}
