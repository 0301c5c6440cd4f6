using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Functions.Api;
using Pipeline.Functions.Envelope;
using Pipeline.Functions.Triggers;

namespace Pipeline.UnitTests.Functions;

/// <summary>A delivery that fails waits before it does, so that the next does not come at once.</summary>
public sealed class RedeliveryWaitTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingDropHandler _handler = new() { Failure = new IOException("The storage is away.") };
    private readonly Lifetime _lifetime = new();
    private readonly ServiceProvider _services;

    public RedeliveryWaitTests() => _services = new ServiceCollection()
        .AddLogging().AddSingleton<TimeProvider>(_time).AddSingleton<IHostApplicationLifetime>(_lifetime).AddSingleton<IDropHandler>(_handler)
        .BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(10, 300)]
    [InlineData(1_000_000, 300)]
    [InlineData(0, 2)]
    public async Task It_is_longer_after_each_delivery(int count, double seconds)
    {
        var failing = RunAsync(count);
        Assert.False(failing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
        Assert.False(failing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));

        var failure = await Assert.ThrowsAsync<RefusedRequestException>(() => failing);
        Assert.Equal((500, "message-failed"), (failure.Status, failure.Code));
        Assert.Single(_handler.Blobs);
    }

    [Fact]
    public void The_waits_of_the_deliveries_of_a_message_outlast_ten_minutes() =>
        Assert.InRange(
            Enumerable.Range(1, Pipeline.Core.Messaging.DeliveryLimits.Functions - 1).Sum(n => RedeliveryWait.After(n, TimeSpan.Zero).TotalMinutes), 10, 30);

    // The host would end the program, and all that it works on.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void No_call_waits_beyond_the_host_s_time_limit(int count)
    {
        var limit = TimeSpan.Parse(FunctionFolders.Host.GetProperty("functionTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

        for (var worked = TimeSpan.Zero; worked < limit; worked += TimeSpan.FromSeconds(10))
        {
            var wait = RedeliveryWait.After(count, worked);
            Assert.True(wait >= TimeSpan.Zero && worked + wait < limit, $"{worked} + {wait}");
        }
    }

    [Fact]
    public async Task It_ends_when_the_program_stops()
    {
        var failing = RunAsync(10);
        Assert.False(failing.IsCompleted);

        await _lifetime.StopAsync();

        await Assert.ThrowsAsync<RefusedRequestException>(() => failing);
    }

    [Fact]
    public async Task What_can_never_be_read_does_not_wait()
    {
        var failure = await Assert.ThrowsAsync<RefusedRequestException>(() => RunAsync(10, "no event"));

        Assert.Equal((400, "bad-envelope"), (failure.Status, failure.Code));
    }

    [Fact]
    public async Task What_succeeds_does_not_wait()
    {
        _handler.Failure = null;

        Assert.Equal("Took spam.csv.", await RunAsync(10));
    }

    // Its own queue of blobs has the host wait, which keeps count of the tries itself.
    [Fact]
    public async Task A_host_that_hands_over_the_blob_itself_is_told_of_a_failure_at_once() =>
        await Assert.ThrowsAsync<RefusedRequestException>(() => MessageFunctions.IngestDataset.RunAsync(BlobEvent.Of("datasets", "spam.csv"), _services));

    // As an isolated worker is told it: a number, or its JSON.
    [Theory]
    [InlineData("9")]
    [InlineData(9)]
    [InlineData(9L)]
    public void The_number_of_the_delivery_is_read_from_what_the_host_tells_a_worker(object count) =>
        Assert.Equal(9, Invocation.Of("message", "{}", new Dictionary<string, object?> { ["DeliveryCount"] = count }).DeliveryCount);

    private Task<string> RunAsync(int deliveryCount, string? message = null)
    {
        const string Event = """{"eventType":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/datasets/blobs/spam.csv","data":{"api":"PutBlob"}}""";
        var metadata = new Dictionary<string, object?> { ["DeliveryCount"] = deliveryCount };
        return MessageFunctions.IngestDataset.RunAsync(() => Task.FromResult(Invocation.Of("message", message ?? Event, metadata)), _services);
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public Task StopAsync() => _stopping.CancelAsync();

        public void StopApplication() => throw new NotSupportedException();
    }
}
