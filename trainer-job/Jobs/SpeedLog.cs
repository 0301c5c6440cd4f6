using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Costs;

namespace Pipeline.Trainer.Jobs;

/// <summary>Keeps how fast a training was, by which the next is estimated.</summary>
internal sealed class SpeedLog(BlobServiceClient storage, TimeProvider time, ILogger logger)
{
    private readonly MeasuredRunStore _store = new(storage);

    /// <summary>Adds a training that has ended well. What was done is not undone where that fails: an estimate then rests on the others.</summary>
    /// <param name="name">The run's id, with <c>/trial-n</c> for a trial.</param>
    /// <param name="baseModel">The base model; null: trained from scratch.</param>
    /// <param name="usage">What it used.</param>
    public async Task AddAsync(string name, string? baseModel, RunUsage? usage)
    {
        if (usage is null || MeasuredRun.Of(name, usage, time.GetUtcNow()) is not { } measured)
            return;
        try
        {
            await _store.AddAsync(usage.Accelerator, baseModel, measured, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException)
        {
            logger.LogWarning(e, "'{Name}': how fast it was could not be written down; estimates do without it.", name);
        }
    }
}
