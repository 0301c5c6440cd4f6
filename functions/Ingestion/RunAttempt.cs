using Azure;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Functions.Ingestion.Drop;

namespace Pipeline.Functions.Ingestion;

/// <summary>Tries to bring a run on, and ends it where its dataset is rejected or was replaced meanwhile.</summary>
internal sealed class RunAttempt(DroppedDatasets drops, RunEnd end)
{
    /// <summary>Does some work on a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="work">The work; the log it is given becomes the report where the dataset is rejected.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> RunAsync(RunRecord run, Func<FindingLog, Task<string>> work, CancellationToken cancellationToken)
    {
        var findings = new FindingLog();
        try
        {
            return await work(findings);
        }
        catch (DatasetRejectedException e)
        {
            return await end.RejectAsync(run, e, findings, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            var blob = run.Dataset.Files is null ? run.Dataset.Blob : run.Dataset.Blob + FolderDrop.Ready;
            if ((await drops.FindAsync(blob, cancellationToken))?.RunId == run.RunId)
                throw;
            return await end.CancelAsync(run, cancellationToken);
        }
    }
}
