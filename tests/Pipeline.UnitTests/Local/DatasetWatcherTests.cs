using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.UnitTests.Local;

public sealed class DatasetWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PipelineLog _log;
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentDictionary<string, string> _container = new();
    private readonly ConcurrentQueue<string> _delivered = new();

    public DatasetWatcherTests() => _log = new PipelineLog(_folder.PathOf("log"), _time);

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_blob_is_delivered_once()
    {
        _container["a.csv"] = "1";
        await using (var watch = Watch(Take))
        {
            await UntilAsync(() => _delivered.Count == 1);
            _container["b.csv"] = "1";
            await UntilAsync(() => _delivered.Count == 2);
            await LooksAsync(3);
        }

        Assert.Equal(["a.csv 1", "b.csv 1"], _delivered);
    }

    [Fact]
    public async Task An_overwritten_blob_is_delivered_again()
    {
        _container["a.csv"] = "1";
        await using var watch = Watch(Take);
        await UntilAsync(() => _delivered.Count == 1);
        _container["a.csv"] = "2";
        await UntilAsync(() => _delivered.Count == 2);

        Assert.Equal(["a.csv 1", "a.csv 2"], _delivered);
    }

    [Fact]
    public async Task A_restart_neither_repeats_nor_misses()
    {
        _container["a.csv"] = "1";
        await using (Watch(Take))
            await UntilAsync(() => _delivered.Count == 1);

        _container["dropped-while-down.csv"] = "1";
        await using (Watch(Take))
        {
            await UntilAsync(() => _delivered.Count == 2);
            await LooksAsync(3);
        }

        Assert.Equal(["a.csv 1", "dropped-while-down.csv 1"], _delivered);
    }

    [Fact]
    public async Task A_delivery_cut_off_by_the_end_is_repeated_after_the_restart()
    {
        _container["a.csv"] = "1";
        var started = new TaskCompletionSource();
        await using (Watch(async (_, cancellation) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }))
            await started.Task;

        await using (Watch(Take))
            await UntilAsync(() => _delivered.Count == 1);
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again()
    {
        _container["a.csv"] = "1";
        var tries = 0;
        await using var watch = Watch((blob, cancellation) => ++tries < 3 ? throw new InvalidOperationException("not yet") : Take(blob, cancellation));
        await UntilAsync(() => _delivered.Count == 1);

        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task An_event_that_always_fails_is_given_up_after_five_tries_and_does_not_hold_up_others()
    {
        _container["bad.csv"] = "1";
        _container["good.csv"] = "1";
        var tries = 0;
        var poisoned = new TaskCompletionSource<DroppedBlob>();
        await using var watch = Watch(
            (blob, cancellation) =>
            {
                if (blob.Name == "good.csv")
                    return Take(blob, cancellation);
                tries++;
                throw new InvalidOperationException("never");
            },
            watcher => watcher.Poisoned += (blob, _) => poisoned.SetResult(blob));
        await UntilAsync(() => poisoned.Task.IsCompleted && !_delivered.IsEmpty);
        await LooksAsync(3);

        Assert.Equal("bad.csv", (await poisoned.Task).Name);
        Assert.Equal(5, tries);
        Assert.Equal(["good.csv 1"], _delivered);
    }

    [Fact]
    public async Task A_listing_that_fails_is_asked_again()
    {
        _container["a.csv"] = "1";
        var fail = true;
        await using var watch = Watch(Take, failListing: () => fail);
        await LooksAsync(2);
        fail = false;
        await UntilAsync(() => _delivered.Count == 1);
    }

    private Task Take(DroppedBlob blob, CancellationToken cancellationToken)
    {
        _delivered.Enqueue($"{blob.Name} {blob.ETag}");
        return Task.CompletedTask;
    }

    private Watching Watch(BlobDelivery deliver, Action<DatasetWatcher>? arrange = null, Func<bool>? failListing = null)
    {
        var watcher = new DatasetWatcher(_ => List(failListing), deliver, new DeliveryLedger(_folder.PathOf("delivered.json")), _log, _time);
        arrange?.Invoke(watcher);
        return new Watching(watcher);
    }

    private async IAsyncEnumerable<DroppedBlob> List(Func<bool>? fail)
    {
        await Task.CompletedTask;
        if (fail?.Invoke() == true)
            throw new Azure.RequestFailedException("the emulator is away");
        foreach (var (name, etag) in _container.OrderBy(b => b.Key))
            yield return new DroppedBlob("datasets", name, etag, 1, null, default);
    }

    // The clock is the test's; the pauses only let the watcher's continuations run.
    private async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 2000, "It did not happen.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2);
        }
    }

    private async Task LooksAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }
    }

    private sealed class Watching : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        public Watching(DatasetWatcher watcher) => _loop = watcher.RunAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _loop;
            _stop.Dispose();
        }
    }
}
