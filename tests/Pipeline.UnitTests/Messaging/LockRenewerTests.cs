using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;

namespace Pipeline.UnitTests.Messaging;

public sealed class LockRenewerTests
{
    private readonly WatchedClock _clock = new();
    private int _renewals;
    private readonly ScriptedDelivery _delivery = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_renews_after_a_third_of_the_lock()
    {
        await using var renewer = Start();

        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(19));
            Assert.False(_delivery.Renewals.TryRead(out _));
            _clock.Advance(TimeSpan.FromSeconds(1));
            await NextRenewalAsync();
        }

        Assert.False(renewer.LockLost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lost_lock_cancels_the_token()
    {
        await using var renewer = Start();
        _delivery.Fail = () => new MessageLockLostException("gone");

        _clock.Advance(TimeSpan.FromSeconds(20));

        await CancelledAsync(renewer.LockLost);
    }

    [Fact]
    public async Task A_failure_that_passes_is_borne()
    {
        await using var renewer = Start();
        _delivery.Fail = () => new TrainingQueueException("broker restarting", isTransient: true);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await NextRenewalAsync();

        _delivery.Fail = null;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await NextRenewalAsync();

        Assert.False(renewer.LockLost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_failure_that_lasts_as_long_as_the_lock_means_that_it_is_lost()
    {
        await using var renewer = Start();
        _delivery.Fail = () => new TrainingQueueException("no network", isTransient: true);

        _clock.Advance(TimeSpan.FromSeconds(20));
        for (var elapsed = 20; elapsed < 60; elapsed += 2)
        {
            await NextRenewalAsync();
            Assert.False(renewer.LockLost.IsCancellationRequested);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        await CancelledAsync(renewer.LockLost);
    }

    [Fact]
    public async Task Where_locks_do_not_expire_it_watches_the_link()
    {
        _delivery.LockDuration = null;
        await using var renewer = Start();
        _clock.Advance(TimeSpan.FromSeconds(15));
        await NextRenewalAsync();

        _delivery.Fail = () => new MessageLockLostException("link gone");
        _clock.Advance(TimeSpan.FromSeconds(15));

        await CancelledAsync(renewer.LockLost);
    }

    [Fact]
    public async Task A_disposed_renewer_renews_no_more()
    {
        var renewer = Start();
        await renewer.DisposeAsync();

        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.False(_delivery.Renewals.TryRead(out _));
        Assert.False(renewer.LockLost.IsCancellationRequested);
    }

    private LockRenewer Start() => LockRenewer.Start(_delivery, _clock, NullLogger.Instance);

    // The renewer sets its next timer after the renewal has answered; the first one it set at the start.
    private async Task NextRenewalAsync()
    {
        await _delivery.Renewals.ReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
        _renewals++;
        await BrokerTest.EventuallyAsync(() => _clock.Timers == _renewals + 1);
    }

    private static async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    private sealed class ScriptedDelivery : ITrainingDelivery
    {
        private readonly Channel<bool> _renewals = Channel.CreateUnbounded<bool>();

        public ChannelReader<bool> Renewals => _renewals.Reader;

        public Func<Exception>? Fail { get; set; }

        public TrainingRequest Request { get; } = new("spam-1", "spam");

        public int DeliveryCount => 1;

        public TimeSpan? LockDuration { get; set; } = TimeSpan.FromSeconds(60);

        public Task RenewLockAsync(CancellationToken cancellationToken = default)
        {
            _renewals.Writer.TryWrite(true);
            return Fail is { } fail ? Task.FromException(fail()) : Task.CompletedTask;
        }

        public Task CompleteAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task AbandonAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}

/// <summary>The renewer against the broker itself.</summary>
public sealed class LockRenewalTests : BrokerTest
{
    [Fact]
    public async Task A_renewer_keeps_the_message_for_many_lock_durations()
    {
        var queue = Connect();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);
        var pace = new WatchedClock();
        await using (var renewer = LockRenewer.Start(delivery, pace, NullLogger.Instance))
        {
            for (var i = 1; i <= 9; i++)
            {
                Clock.Advance(TimeSpan.FromSeconds(20));
                pace.Advance(TimeSpan.FromSeconds(20));
                await EventuallyAsync(() => pace.Timers == i + 1);
            }

            Assert.False(renewer.LockLost.IsCancellationRequested);
        }

        await delivery.CompleteAsync(Stop);
        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task It_tells_when_the_broker_has_given_the_message_away()
    {
        var queue = Connect();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ReceiveAsync(Connect());

        var slow = new WatchedClock();
        await using var renewer = LockRenewer.Start(delivery, slow, NullLogger.Instance);
        slow.Advance(TimeSpan.FromSeconds(20));

        await EventuallyAsync(() => renewer.LockLost.IsCancellationRequested);
    }
}
