using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Runs;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Modeling.Tests.Training;

public sealed class EventOutboxTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _written = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_not_be_written_is_written_the_next_time_before_what_came_since()
    {
        var isDown = true;
        using var outbox = new EventOutbox((events, _) => isDown ? throw new IOException("down") : Write(events), _time);
        Add(outbox, "a", "b");
        await Assert.ThrowsAsync<IOException>(() => outbox.FlushAsync(Cancel));
        Add(outbox, "c");
        isDown = false;

        await outbox.FlushAsync(Cancel);
        await outbox.FlushAsync(Cancel);

        Assert.Equal(["a", "b", "c"], _written);
    }

    [Fact]
    public async Task What_comes_while_it_is_written_waits_for_the_next_time()
    {
        var ready = new TaskCompletionSource();
        using var outbox = new EventOutbox(async (events, _) =>
        {
            await ready.Task;
            await Write(events);
        }, _time);
        Add(outbox, "a");
        var writing = outbox.FlushAsync(Cancel);
        Add(outbox, "b");
        var next = outbox.FlushAsync(Cancel);
        ready.SetResult();
        await Task.WhenAll(writing, next);

        Assert.Equal(["a", "b"], _written);
    }

    [Fact]
    public async Task Writes_become_rarer_with_age_because_an_append_blob_takes_50_000()
    {
        using var outbox = new EventOutbox((events, _) => Write(events), _time);
        var writes = 0;
        for (var beat = 0; beat < 30 * 24 * 1_200; beat++) // thirty days of three seconds
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            if (!outbox.IsDue)
                continue;
            Add(outbox, "step");
            await outbox.FlushAsync(Cancel);
            writes++;
        }

        Assert.InRange(writes, 5_000, 10_000);
    }

    private void Add(EventOutbox outbox, params IEnumerable<string> types)
    {
        foreach (var type in types)
            outbox.Add(new RunEvent { At = _time.GetUtcNow(), Type = type });
    }

    private Task Write(IEnumerable<RunEvent> events)
    {
        _written.AddRange(events.Select(e => e.Type));
        return Task.CompletedTask;
    }
}
