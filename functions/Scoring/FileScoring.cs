using Azure;
using Microsoft.Extensions.Options;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;

namespace Pipeline.Functions.Scoring;

/// <summary>
/// Classifies a file of the inbox, a slice of time for each message. An instance can be killed at any point: the next one reads the file
/// from its beginning, passes over the blocks that are staged, and goes on; the result is the same.
/// </summary>
internal sealed class FileScoring(
    Inbox inbox, Outbox outbox, FileQueue queue, ScoringModels models, SliceOfFile slice, IOptions<ScoringOptions> options, TimeProvider time) : IScoreHandler
{
    /// <inheritdoc/>
    public async Task<string> HandleAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        if (!await inbox.IsThereAsync(request, cancellationToken))
            return $"'{request.Blob}' was removed or replaced; there is nothing to do.";
        if (await outbox.IsDoneAsync(request, cancellationToken))
            return $"'{request.Blob}' is done.";
        try
        {
            return await WorkAsync(request, cancellationToken);
        }
        catch (DatasetRejectedException e)
        {
            return await EndAsync(request, ScoringException.Of(e), cancellationToken);
        }
        catch (RunOptionsException e)
        {
            return await EndAsync(request, new ScoringException("bad-options", e.Message, "Correct the options file, then upload the file again.", inner: e), cancellationToken);
        }
        catch (ScoringException e)
        {
            return await EndAsync(request, e, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            if (await inbox.IsThereAsync(request, cancellationToken))
                throw;
            return $"'{request.Blob}' was removed or replaced meanwhile; there is nothing to do.";
        }
    }

    /// <inheritdoc/>
    public async Task<string> GiveUpAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        if (!await inbox.IsThereAsync(request, cancellationToken) || await outbox.IsDoneAsync(request, cancellationToken))
            return $"'{request.Blob}' is done, or was removed or replaced; there is nothing to give up.";
        // Killed often, but never in vain: that is no fault of the file.
        if (await outbox.FindProgressAsync(request, cancellationToken) is { Progress.Blocks: var blocks } && blocks > request.Blocks)
        {
            await queue.SendAsync(request.Next(blocks), cancellationToken);
            return $"'{request.Blob}' got further in the last tries and is tried on.";
        }

        return await EndAsync(
            request,
            new ScoringException(
                "scoring-failed", $"'{request.Blob}' could not be classified however often it was tried.",
                "The functions' log has the error. Upload the file again when its cause is mended."),
            cancellationToken);
    }

    private async Task<string> WorkAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        var tracked = await outbox.FindProgressAsync(request, cancellationToken);
        using var model = await models.HoldAsync(request, tracked?.Progress.Version, cancellationToken);
        tracked ??= await outbox.BeginAsync(
            new ScoringProgress
            {
                File = request.Blob,
                ETag = request.ETag,
                Version = model.Model.Manifest.Version,
                Options = models.Checked(await inbox.OptionsAsync(request.Blob, cancellationToken), model.Model.Manifest),
                BlockRows = options.Value.BlockRows,
                BlockBytes = options.Value.BlockBytes,
                StartedAt = time.GetUtcNow(),
            },
            cancellationToken);
        if (await slice.RunAsync(request, model.Model, tracked, cancellationToken) is { } left)
        {
            await queue.SendAsync(request.Next(left.Blocks), cancellationToken);
            return $"'{request.Blob}': {left.Rows} rows are done, the next message goes on.";
        }

        return $"'{request.Blob}' is done.";
    }

    private async Task<string> EndAsync(ScoreRequest request, ScoringException e, CancellationToken cancellationToken)
    {
        await outbox.EndAsync(new ScoringError(request.Blob, request.ETag, e.Code, e.Message, e.Fix, e.Line, time.GetUtcNow()), cancellationToken);
        return $"'{request.Blob}' cannot be classified ({e.Code}): {e.Message}";
    }
}
