using Pipeline.Tests.Shared;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>With Entra ID the app asks for the same tokens behind both hosts.</summary>
public sealed class SameCallersTests
{
    private static readonly string[] Settings = ["Pipeline:Auth:TenantId=contoso.example", "Pipeline:Auth:Audience=api://classifier"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_token_gets_no_further_than_what_is_for_anybody()
    {
        await using var custom = await CustomHandlerHost.StartAsync(RunningFunctions.NoStorage, Settings);
        await using var native = await CustomHandlerHost.StartNativeAsync(RunningFunctions.NoStorage, Settings);
        await using var isolated = await IsolatedHost.StartAsync(RunningFunctions.NoStorage, Settings);

        foreach (var (method, path, status) in new[]
        {
            (HttpMethod.Get, "/api/openapi.json", 200), (HttpMethod.Get, "/api/models", 401), (HttpMethod.Post, "/api/models/mail/classify", 401),
            (HttpMethod.Post, "/api/models/mail/predict", 401), (HttpMethod.Post, "/api/models/mail/promote", 401),
        })
        {
            var answer = await AskAsync(custom, method, path);

            Assert.Equal(status, answer.Status);
            Assert.Equal(answer, await AskAsync(native, method, path));
            Assert.Equal(answer, await AskAsync(isolated, method, path));
        }
    }

    // Storage is away; the probe and the models say so in the same words.
    [Fact]
    public async Task What_goes_wrong_outside_the_app_is_told_the_same()
    {
        await using var custom = await CustomHandlerHost.StartAsync(RunningFunctions.NoStorage);
        await using var isolated = await IsolatedHost.StartAsync(RunningFunctions.NoStorage);

        var answer = await AskAsync(custom, HttpMethod.Get, "/api/models");
        Assert.Equal(503, answer.Status);
        Assert.Equal(answer, await AskAsync(isolated, HttpMethod.Get, "/api/models"));
        var outcome = await custom.DropAsync("ReceiveFile", "inbox", "mail/a.csv");
        Assert.NotNull(outcome.Failure);
        Assert.Equal(outcome, await isolated.DropAsync("ReceiveFile", "inbox", "mail/a.csv"));
    }

    private static async Task<Answer> AskAsync(IFunctionsHost host, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await host.Http.SendAsync(request, Cancel);
        return await Answer.ReadAsync(response);
    }
}
