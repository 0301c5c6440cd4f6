using Microsoft.Extensions.Time.Testing;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Modeling.Tests.Training;

public sealed class OutboxTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _written = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_not_be_written_is_written_the_next_time_before_what_came_since()
    {
        var isDown = true;
        using var outbox = new Outbox<string>((items, _) => isDown ? throw new IOException("down") : Write(items), _time);
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
        using var outbox = new Outbox<string>(async (items, _) =>
        {
            await ready.Task;
            await Write(items);
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
        using var outbox = new Outbox<string>((items, _) => Write(items), _time);
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

    private static void Add(Outbox<string> outbox, params IEnumerable<string> items)
    {
        foreach (var item in items)
            outbox.Add(item);
    }

    private Task Write(IEnumerable<string> items)
    {
        _written.AddRange(items);
        return Task.CompletedTask;
    }
}
