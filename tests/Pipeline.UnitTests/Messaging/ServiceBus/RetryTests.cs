using Amqp;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Messaging.Amqp;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

public sealed class RetryTests : IAsyncDisposable
{
    private readonly WatchedClock _clock = new();
    private readonly AmqpConnection _connection;
    private readonly List<DateTimeOffset> _tries = [];

    public RetryTests() =>
        _connection = new AmqpConnection(new AmqpEndpoint(new Uri("amqps://pipeline.servicebus.windows.net"), "queue", null, 5), _clock, NullLogger.Instance);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public void Pauses_grow_up_to_ten_seconds_and_no_two_clients_pause_alike()
    {
        var pauses = Pauses(new Random(1)).ToList();

        var limits = new[] { 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10 };
        for (var i = 0; i < limits.Length; i++)
            Assert.InRange(pauses[i].TotalSeconds, limits[i] / 2, limits[i]);
        Assert.NotEqual(pauses, Pauses(new Random(2)));

        static IEnumerable<TimeSpan> Pauses(Random random)
        {
            var backoff = new Backoff(random);
            for (var i = 0; i < 9; i++)
                yield return backoff.Next();
        }
    }

    [Fact]
    public async Task A_busy_broker_is_left_alone_for_ten_seconds()
    {
        var running = RunAsync("com.microsoft:server-busy", times: 2, TimeSpan.FromMinutes(1));

        await FinishAsync(running);

        Assert.Equal(3, _tries.Count);
        Assert.All(_tries.Zip(_tries.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_dropped_link_is_tried_again_soon()
    {
        var running = RunAsync(ErrorCode.DetachForced, times: 1, TimeSpan.FromMinutes(1));

        await FinishAsync(running);

        Assert.InRange(_tries[1] - _tries[0], TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_last_failure_is_thrown_when_patience_runs_out()
    {
        var running = RunAsync(ErrorCode.DetachForced, times: int.MaxValue, TimeSpan.FromSeconds(3));

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => FinishAsync(running));

        Assert.True(failure.IsTransient);
        Assert.InRange(_tries.Count, 3, 8);
    }

    private Task<bool> RunAsync(string condition, int times, TimeSpan patience) => _connection.Retry.RunAsync(
        "send a message",
        patience,
        _ =>
        {
            _tries.Add(_clock.GetUtcNow());
            return _tries.Count > times ? Task.FromResult(true) : throw new AmqpException(condition, "said the broker");
        },
        TestContext.Current.CancellationToken);

    // An attempt takes no time of this clock, so each step finds the retry in a pause or at its end.
    private async Task FinishAsync(Task running)
    {
        while (!running.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await running;
    }
}
