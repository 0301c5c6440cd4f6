using Pipeline.Local.Processes;

namespace Pipeline.Local.FunctionsHost;

/// <summary>Lists the blobs of the watched container.</summary>
internal delegate IAsyncEnumerable<DroppedBlob> BlobListing(CancellationToken cancellationToken);

/// <summary>Sends one event to the queue that takes it; throws if the queue did not.</summary>
internal delegate Task BlobDelivery(DroppedBlob blob, CancellationToken cancellationToken);

/// <summary>
/// Stands in for Event Grid: looks at a container every second and sends an event for every version of a blob that it has not sent yet.
/// A version that is overwritten within that second is never seen; its content is gone by then, so nobody misses it.
/// </summary>
internal sealed class DatasetWatcher(BlobListing list, BlobDelivery deliver, DeliveryLedger ledger, PipelineLog log, TimeProvider time)
{
    /// <summary>Tries before an event is given up. Each takes as long as the queue's client tries itself.</summary>
    public const int MaxTries = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));

    // One delivery per blob at a time, as many blobs at once as there are.
    private readonly Dictionary<string, Task> _running = [];

    /// <summary>Raised when an event is given up.</summary>
    public event Action<DroppedBlob, Exception>? Poisoned;

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await LookAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Deliveries under way have been cancelled too; let them end.
            await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var blob in list(cancellationToken))
            {
                if (ledger.Contains(blob.Name, blob.ETag) || _running.TryGetValue(blob.Name, out var task) && !task.IsCompleted)
                    continue;
                _running[blob.Name] = DeliverAsync(blob, cancellationToken);
            }
        }
        catch (Exception e) when (e is Azure.RequestFailedException or HttpRequestException or AggregateException && !cancellationToken.IsCancellationRequested)
        {
            // The storage emulator is being restarted: the next look finds what this one missed.
            log.Write("local", $"cannot list the container, trying again: {e.Message}");
        }
    }

    private async Task DeliverAsync(DroppedBlob blob, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await deliver(blob, cancellationToken);
                ledger.Add(blob.Name, blob.ETag);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                log.Write("local", $"delivery {tries} of {MaxTries} of {blob.Name} ({blob.ETag}) failed: {e.Message}");
                if (tries < MaxTries)
                {
                    await Task.Delay(Retries.After(tries), time, cancellationToken);
                    continue;
                }

                // Given up for this version only; uploading the blob again makes a new one.
                ledger.Add(blob.Name, blob.ETag);
                log.Warn($"{blob.Name} could not be handed on after {MaxTries} tries and is left alone until it is uploaded again: {e.Message}");
                Poisoned?.Invoke(blob, e);
                return;
            }
        }
    }
}
