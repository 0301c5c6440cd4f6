using Microsoft.Extensions.Options;
using Pipeline.Core.Feedback;
using Pipeline.Functions.Api;

namespace Pipeline.Functions.Drift;

/// <summary>Writes the counts at intervals, and a last time when the program stops, after its last request.</summary>
internal sealed class TallyFlush(PredictionTally tally, DriftStore store, IOptions<FeedbackOptions> options, TimeProvider time, ILogger<TallyFlush> logger) : BackgroundService
{
    // An instance that is started anew counts anew, beside what it had counted before.
    private readonly string _instance = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (options.Value.Enabled)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes all counts. What the storage does not take is written the next time, since counts only grow.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var counts in tally.Snapshot())
            {
                await store.WriteAsync(counts, _instance, cancellationToken);
                tally.Forget(counts);
            }
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            logger.LogWarning("Counts of predictions cannot be written now: {Reason}", StorageFailure.Reason(e));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        using var timer = new PeriodicTimer(options.Value.FlushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last flush is that of StopAsync.
        }
    }
}
