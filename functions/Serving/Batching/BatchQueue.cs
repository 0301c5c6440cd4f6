namespace Pipeline.Functions.Serving.Batching;

/// <summary>
/// Texts of all requests that wait for one model, run a batch at a time: while one is computed the next fills up, and on an idle
/// server a text is run at once. The text that has waited longest is in each batch, so none waits for ever.
/// </summary>
/// <param name="run">Runs the model: for each text, in the order given, one logit per label. Called by one thread at a time.</param>
/// <param name="maxBatchTokens">Tokens of one run, padding included.</param>
/// <param name="maxQueuedTokens">Tokens that may wait, padding not included. A request that finds nothing waiting is always taken.</param>
internal sealed class BatchQueue(Func<IReadOnlyList<QueuedText>, float[][]> run, int maxBatchTokens, int maxQueuedTokens)
{
    // Looking further for a text of the same length saves no padding worth the search.
    private const int Candidates = 256;

    private readonly Lock _lock = new();
    private readonly List<QueuedText> _waiting = [];
    private long _waitingTokens;
    private bool _isRunning;

    /// <summary>Runs texts as soon as it is their turn.</summary>
    /// <param name="texts">All of one request.</param>
    /// <param name="cancellationToken">Takes those that still wait out of the queue; a run under way is waited for.</param>
    /// <returns>For each text, in the order given, one logit per label.</returns>
    /// <exception cref="OverloadedException">The queue is full; none of the texts was taken.</exception>
    public async Task<float[][]> RunAsync(IReadOnlyList<QueuedText> texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Add(texts);
        await using var withdrawal = cancellationToken.Register(() => Withdraw(texts, cancellationToken));
        return await Task.WhenAll(texts.Select(t => t.Logits));
    }

    private void Add(IReadOnlyList<QueuedText> texts)
    {
        long tokens = texts.Sum(t => (long)t.Length);
        lock (_lock)
        {
            if (_waitingTokens > 0 && _waitingTokens + tokens > maxQueuedTokens)
                throw new OverloadedException($"{_waiting.Count} texts wait already, and {maxQueuedTokens} tokens at most may wait.");
            _waiting.AddRange(texts);
            _waitingTokens += tokens;
            if (_isRunning)
                return;
            _isRunning = true;
        }

        // No await: it ends with the last text that waits, and each text learns how its own run ended. It is no request's own work either.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(RunWaiting);
    }

    private void Withdraw(IReadOnlyList<QueuedText> texts, CancellationToken cancellationToken)
    {
        var gone = texts.ToHashSet();
        List<QueuedText> withdrawn;
        lock (_lock)
        {
            withdrawn = [.. _waiting.Where(gone.Contains)];
            _waiting.RemoveAll(gone.Contains);
            _waitingTokens -= withdrawn.Sum(t => (long)t.Length);
        }

        withdrawn.ForEach(t => t.Withdraw(cancellationToken));
    }

    private void RunWaiting()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                var logits = run(batch);
                for (var i = 0; i < batch.Length; i++)
                    batch[i].Complete(logits[i]);
            }
            catch (Exception e)
            {
                foreach (var text in batch)
                    text.Fail(e);
            }
        }
    }

    private QueuedText[]? TakeBatch()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isRunning = false;
                return null;
            }

            QueuedText[] batch = [.. BatchChoice.Of([.. _waiting.Take(Candidates).Select(t => t.Length)], maxBatchTokens).Select(i => _waiting[i])];
            var taken = batch.ToHashSet();
            _waiting.RemoveAll(taken.Contains);
            _waitingTokens -= batch.Sum(t => (long)t.Length);
            return batch;
        }
    }
}
