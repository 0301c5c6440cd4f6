using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Models;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.IntegrationTests.Fixtures;
using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Serving;

/// <summary>A person puts the version that answered before back into production.</summary>
public sealed class RollbackApiTests(AzuriteFixture azurite) : FunctionsOnStorageTests(azurite)
{
    private const string Old = "20260101T000000Z-aaaaaa", New = "20260102T000000Z-bbbbbb";

    protected override async Task FillAsync()
    {
        foreach (var version in new[] { Old, New })
            await PublishedVersion.WriteAsync(Storage, "mail", version, "spam", DateTimeOffset.UnixEpoch, Cancel);
        await PublishedVersion.SwitchAsync(Storage, "mail", Old, Cancel);
        await new RunStore(Storage).TryCreateAsync(RunFixtures.Run("mail-0123456789ab", "mail", RunState.Succeeded), Cancel);
    }

    private protected override Task<RunningFunctions> StartAsync() => RunningFunctions.StartAsync(Account);

    [Fact]
    public async Task The_version_before_answers_again_and_a_second_rollback_takes_the_first_one_back()
    {
        await PromoteAsync(New);

        var (status, pointer) = await RollBackAsync("mail", """{"by": "anna", "reason": "the new one is odd"}""");

        Assert.Equal((HttpStatusCode.OK, Old, New), (status, (string?)pointer["version"], (string?)pointer["previous"]));
        Assert.Equal(Old, await ProductionAsync());
        var events = await App.Http.GetStringAsync("/api/runs/mail-0123456789ab/events", Cancel);
        Assert.Contains($"anna has put version {Old} into production in place of {New}: the new one is odd", events.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await RollBackAsync("mail", "")).Status);
        Assert.Equal(New, await ProductionAsync());
    }

    [Theory]
    [InlineData("mail", "", HttpStatusCode.Conflict, "no-previous-version")]
    [InlineData("post", "", HttpStatusCode.NotFound, "no-such-model")]
    [InlineData("No%2FModel", "", HttpStatusCode.NotFound, "no-such-model")]
    [InlineData("mail", """{"version": "20260101T000000Z-aaaaaa"}""", HttpStatusCode.BadRequest, "unknown-property")]
    [InlineData("mail", "[]", HttpStatusCode.BadRequest, "bad-request")]
    public async Task What_cannot_be_rolled_back_stays_as_it_is(string model, string body, HttpStatusCode status, string code)
    {
        var answer = await RollBackAsync(model, body);

        Assert.Equal((status, code), (answer.Status, (string?)answer.Body["code"]));
        Assert.NotEmpty((string)answer.Body["fix"]!);
        Assert.Equal(Old, await ProductionAsync());
    }

    [Theory]
    [InlineData("onnx/model.onnx")]
    [InlineData("manifest.json")]
    public async Task A_version_before_that_lacks_a_file_is_refused(string file)
    {
        await PromoteAsync(New);
        await Storage.GetBlobContainerClient(BlobLayout.Models).DeleteBlobAsync(BlobLayout.Version("mail", Old) + file, cancellationToken: Cancel);

        var (status, body) = await RollBackAsync("mail", "");

        Assert.Equal((HttpStatusCode.Conflict, "damaged-version"), (status, (string?)body["code"]));
        Assert.Equal(New, await ProductionAsync());
    }

    [Fact]
    public async Task A_pointer_that_another_moves_meanwhile_is_left_alone()
    {
        await PromoteAsync(New);
        var models = new ModelStore(Storage);
        var seen = (await models.FindProductionAsync("mail", Cancel))!;
        var previous = (await models.FindManifestAsync("mail", Old, Cancel))!;
        await RollBackAsync("mail", "");

        Assert.Null(await new ProductionSwitch(Storage, TimeProvider.System).TryRollBackAsync(seen, previous, new PersonsChoice(null, null), Cancel));
    }

    private async Task PromoteAsync(string version)
    {
        using var response = await App.Http.PostAsJsonAsync("/api/models/mail/promote", new { version }, Cancel);
        response.EnsureSuccessStatusCode();
    }

    private async Task<string?> ProductionAsync() =>
        (string?)(await App.Http.GetFromJsonAsync<JsonNode>("/api/models/mail", Cancel))!["production"]!["version"];

    private async Task<(HttpStatusCode Status, JsonNode Body)> RollBackAsync(string model, string body)
    {
        using var content = new StringContent(body);
        using var response = await App.Http.PostAsync($"/api/models/{model}/rollback", content, Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }
}
