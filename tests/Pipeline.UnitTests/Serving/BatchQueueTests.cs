using System.Collections.Concurrent;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving.Batching;

namespace Pipeline.UnitTests.Serving;

public sealed class BatchQueueTests
{
    private readonly ConcurrentQueue<int[]> _batches = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _go = new(0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_that_comes_alone_is_run_at_once_by_itself()
    {
        var queue = Queue();

        var answer = queue.RunAsync([Text(7)], Cancel);
        await LetRunAsync();

        Assert.Equal([[7f]], await answer);
        Assert.Equal([[7]], _batches);
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_computed_is_run_together_next()
    {
        var queue = Queue();
        var first = queue.RunAsync([Text(1)], Cancel);
        await _begun.WaitAsync(Cancel);
        var others = new[] { 2, 3, 4 }.Select(length => queue.RunAsync([Text(length)], Cancel)).ToArray();

        _go.Release(2);
        await Task.WhenAll([first, .. others]);

        Assert.Equal([[1], [2, 3, 4]], _batches);
    }

    [Fact]
    public async Task A_request_larger_than_a_batch_gets_its_answers_in_its_own_order()
    {
        var queue = Queue(maxBatchTokens: 10);
        _go.Release(100);

        var answer = await queue.RunAsync([.. new[] { 9, 2, 5, 2, 8 }.Select(Text)], Cancel);

        Assert.Equal([[9f], [2f], [5f], [2f], [8f]], answer);
        Assert.All(_batches, b => Assert.True(b.Length * b.Max() <= 10));
    }

    [Fact]
    public async Task A_full_queue_refuses_a_request_whole_and_goes_on()
    {
        var queue = Queue(maxQueuedTokens: 10);
        var running = queue.RunAsync([Text(1)], Cancel);
        await _begun.WaitAsync(Cancel);
        var waiting = queue.RunAsync([Text(6)], Cancel);

        await Assert.ThrowsAsync<OverloadedException>(() => queue.RunAsync([Text(1), Text(4)], Cancel));
        var fits = queue.RunAsync([Text(4)], Cancel);
        _go.Release(100);

        await Task.WhenAll(running, waiting, fits);
        Assert.Equal([1, 4, 6], _batches.SelectMany(b => b).Order());
    }

    [Fact]
    public async Task A_request_over_the_limit_is_taken_where_nothing_waits()
    {
        var queue = Queue(maxQueuedTokens: 10);
        _go.Release(100);

        Assert.Equal([[50f]], await queue.RunAsync([Text(50)], Cancel));
    }

    [Fact]
    public async Task A_caller_who_gives_up_takes_his_waiting_texts_along()
    {
        var queue = Queue(maxQueuedTokens: 10);
        var running = queue.RunAsync([Text(1)], Cancel);
        await _begun.WaitAsync(Cancel);
        using var giveUp = new CancellationTokenSource();
        var gone = queue.RunAsync([Text(9)], giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var next = queue.RunAsync([Text(8)], Cancel); // there is room again
        _go.Release(100);
        await Task.WhenAll(running, next);
        Assert.Equal([[1], [8]], _batches);
    }

    [Fact]
    public async Task A_run_under_way_is_waited_for_even_by_a_caller_who_has_given_up()
    {
        var queue = Queue();
        using var giveUp = new CancellationTokenSource();
        var running = queue.RunAsync([Text(1)], giveUp.Token);
        await _begun.WaitAsync(Cancel);

        await giveUp.CancelAsync();

        Assert.False(running.IsCompleted); // its model may not be let go yet
        _go.Release();
        Assert.Equal([[1f]], await running);
    }

    [Fact]
    public async Task A_run_that_fails_fails_the_texts_in_it_and_no_others()
    {
        var queue = new BatchQueue(
            batch => batch.Any(t => t.Length == 13) ? throw new InvalidOperationException("unlucky") : [.. batch.Select(t => new[] { (float)t.Length })],
            maxBatchTokens: 20, maxQueuedTokens: 1_000);

        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.RunAsync([Text(13)], Cancel));
        Assert.Equal([[5f]], await queue.RunAsync([Text(5)], Cancel));
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answers()
    {
        var queue = Queue(maxBatchTokens: 64);
        _go.Release(100_000);

        await Parallel.ForEachAsync(Enumerable.Range(1, 2_000), Cancel, async (i, cancel) =>
            Assert.Equal([[1 + i % 30], [1 + i % 7]], await queue.RunAsync([Text(1 + i % 30), Text(1 + i % 7)], cancel)));
    }

    private async Task LetRunAsync()
    {
        await _begun.WaitAsync(Cancel);
        _go.Release();
    }

    // A run answers each text with its length, and waits until it is let go.
    private BatchQueue Queue(int maxBatchTokens = 1_000, int maxQueuedTokens = 1_000_000) => new(
        batch =>
        {
            _batches.Enqueue([.. batch.Select(t => t.Length)]);
            _begun.Release();
            _go.Wait(Cancel);
            return [.. batch.Select(t => new[] { (float)t.Length })];
        },
        maxBatchTokens, maxQueuedTokens);

    private static QueuedText Text(int length) => new(new ModelInput(new int[length], null));
}
