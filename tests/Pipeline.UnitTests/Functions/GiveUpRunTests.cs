using System.Text;
using Pipeline.Functions.Envelope;

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

        Assert.Equal("TTLExpiredException", invocation.DeadLetterReason);
        Assert.Null(invocation.DeadLetterDescription);
    }

    [Theory]
    [InlineData("""{"Data":{"message":{}}}""")]
    [InlineData("""{"Data":{"message":{}},"Metadata":{}}""")]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"ApplicationProperties":{"DeadLetterReason":3}}}""")]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"ApplicationProperties":"no json"}}""")]
    public async Task Where_the_host_tells_of_none_there_is_none(string envelope) =>
        Assert.Null((await ReadAsync(envelope)).DeadLetterReason);

    [Theory]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"DeliveryCount":"7"}}""", 7)]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"DeliveryCount":7}}""", 7)]
    [InlineData("""{"Data":{"message":{}},"Metadata":{"DeliveryCount":"many"}}""", 1)]
    [InlineData("""{"Data":{"message":{}},"Metadata":{}}""", 1)]
    [InlineData("""{"Data":{"message":{}}}""", 1)]
    public async Task The_number_of_the_delivery_is_read_from_the_metadata(string envelope, int count) =>
        Assert.Equal(count, (await ReadAsync(envelope)).DeliveryCount);

    private static Task<Invocation> ReadAsync(string envelope) => Invocation.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope)), Cancel);
}
