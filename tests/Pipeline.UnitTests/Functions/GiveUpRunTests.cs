using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Functions.Envelope;
using Pipeline.Tests.Shared;

namespace Pipeline.UnitTests.Functions;

/// <summary>What the Functions host sends with a message of the dead-letter queue.</summary>
public sealed class GiveUpRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"DeadLetterReason":"TTLExpiredException"}""")]
    [InlineData("\"{\\\"DeadLetterReason\\\":\\\"TTLExpiredException\\\"}\"")] // encoded as JSON once more, as all text is
    public async Task The_brokers_reason_is_read_from_the_metadata(string properties)
    {
        var invocation = await ReadAsync("""{"Data":{"message":{}},"Metadata":{"ApplicationProperties":""" + properties + "}}");

        Assert.Equal("TTLExpiredException", invocation.ApplicationProperty("DeadLetterReason"));
        Assert.Null(invocation.ApplicationProperty("DeadLetterErrorDescription"));
    }

    [Theory]
    [InlineData("""{"Data":{"message":{}}}""")]
    [InlineData("""{"Data":{"message":{}},"Metadata":{}}""")]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"ApplicationProperties":{"DeadLetterReason":3}}}""")]
    public async Task Where_the_host_tells_of_none_there_is_none(string envelope) =>
        Assert.Null((await ReadAsync(envelope)).ApplicationProperty("DeadLetterReason"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"trial":3}""")]
    [InlineData("[]")]
    public async Task A_message_that_names_no_run_fails_the_invocation(string message)
    {
        await using var app = await RunningFunctions.StartAsync();
        var envelope = new JsonObject { ["Data"] = new JsonObject { ["message"] = message }, ["Metadata"] = new JsonObject() };

        using var response = await app.Http.PostAsync("/GiveUpRun", new StringContent(envelope.ToJsonString(), Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static Task<Invocation> ReadAsync(string envelope) => Invocation.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope)), Cancel);
}
