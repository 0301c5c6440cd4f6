using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>A person puts a version into production.</summary>
public sealed class PromoteApiTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private const string Old = "20260101T000000Z-aaaaaa", New = "20260102T000000Z-bbbbbb";

    protected override async Task FillAsync()
    {
        foreach (var version in new[] { Old, New })
            await PublishedVersion.WriteAsync(Storage, "mail", version, "spam", DateTimeOffset.UnixEpoch, Cancel);
        await PublishedVersion.SwitchAsync(Storage, "mail", New, Cancel);
        await new RunStore(Storage).TryCreateAsync(RunFixtures.Run("mail-0123456789ab", "mail", RunState.Succeeded), Cancel);
    }

    private protected override Task<RunningFunctions> StartAsync() => RunningFunctions.StartAsync(Account);

    [Fact]
    public async Task An_older_version_answers_again_and_the_one_before_is_remembered()
    {
        var (status, pointer) = await PromoteAsync("mail", $$"""{"version": "{{Old}}", "by": "anna", "reason": "the new one is odd"}""");

        Assert.Equal((HttpStatusCode.OK, Old, New), (status, (string?)pointer["version"], (string?)pointer["previous"]));
        var model = (await App.Http.GetFromJsonAsync<JsonNode>("/api/models/mail", Cancel))!;
        Assert.Equal(Old, (string?)model["production"]!["version"]);
        var events = await App.Http.GetStringAsync("/api/runs/mail-0123456789ab/events", Cancel);
        Assert.Contains($"anna has put version {Old} into production in place of {New}: the new one is odd", Assert.Single(events.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_time_changes_nothing()
    {
        var first = await PromoteAsync("mail", $$"""{"version": "{{Old}}"}""");
        var second = await PromoteAsync("mail", $$"""{"version": "{{Old}}", "by": "anna"}""");

        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
        Assert.Single((await App.Http.GetStringAsync("/api/runs/mail-0123456789ab/events", Cancel)).TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("mail", """{"version": "20260103T000000Z-cccccc"}""", HttpStatusCode.NotFound, "no-such-version")]
    [InlineData("mail", """{"version": "../mail/x"}""", HttpStatusCode.NotFound, "no-such-version")]
    [InlineData("post", """{"version": "20260101T000000Z-aaaaaa"}""", HttpStatusCode.NotFound, "no-such-model")]
    [InlineData("mail", "{}", HttpStatusCode.BadRequest, "no-version")]
    [InlineData("mail", "", HttpStatusCode.BadRequest, "no-version")]
    [InlineData("mail", """{"version": 3}""", HttpStatusCode.BadRequest, "bad-request")]
    public async Task A_request_that_names_no_published_version_changes_nothing(string model, string body, HttpStatusCode status, string code)
    {
        var answer = await PromoteAsync(model, body);

        Assert.Equal((status, code), (answer.Status, (string?)answer.Body["code"]));
        Assert.NotNull((string?)answer.Body["fix"]);
        Assert.Equal(New, (string?)(await App.Http.GetFromJsonAsync<JsonNode>("/api/models/mail", Cancel))!["production"]!["version"]);
    }

    [Fact]
    public async Task A_version_that_lacks_a_file_is_refused()
    {
        await Storage.GetBlobContainerClient(BlobLayout.Models).DeleteBlobAsync(BlobLayout.Version("mail", Old) + "onnx/model.onnx", cancellationToken: Cancel);

        var (status, body) = await PromoteAsync("mail", $$"""{"version": "{{Old}}"}""");

        Assert.Equal((HttpStatusCode.Conflict, "damaged-version"), (status, (string?)body["code"]));
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> PromoteAsync(string model, string body)
    {
        using var content = new StringContent(body);
        using var response = await App.Http.PostAsync($"/api/models/{model}/promote", content, Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }
}
