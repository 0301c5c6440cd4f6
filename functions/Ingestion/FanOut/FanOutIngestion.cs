using Azure.Storage.Blobs;
using Pipeline.Core.Datasets;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Ingestion.Content;
using Pipeline.Functions.Ingestion.Join;
using Pipeline.Functions.Ingestion.Parts;
using Pipeline.Functions.Ingestion.Scan;
using Pipeline.Functions.Ingestion.Write;

namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>
/// Works on a large dataset in steps that any instance may do: cut, scan each part, join, write each part, finish. A step that
/// was done before is passed over, and what follows it is begun again; so a message that comes twice, or whose first receiver
/// was killed, does no harm and loses nothing.
/// </summary>
internal sealed class FanOutIngestion(
    BlobServiceClient storage, RunStore runs, RunEnd end, RunAttempt attempt, PartQueue queue, IngestOptions options) : IPartHandler
{
    private readonly BlobContent _content = new(storage.GetBlobContainerClient(BlobLayout.Datasets));

    /// <summary>Whether a dataset is worked on in parts.</summary>
    public bool Takes(RunRecord run) => run.Dataset.SizeBytes > options.FanOutBytes;

    /// <summary>Begins with a run.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    public async Task<string> BeginAsync(RunRecord run, CancellationToken cancellationToken)
    {
        await queue.SendAsync([new PartRequest(run.RunId, IngestStep.Plan)], cancellationToken);
        return $"Run '{run.RunId}' has {run.Dataset.SizeBytes} bytes and is worked on in parts.";
    }

    /// <inheritdoc/>
    public async Task<string> HandleAsync(PartRequest request, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(request.RunId, cancellationToken) is not { } run)
            return $"There is no run '{request.RunId}'; there is nothing to do.";
        if (run.State != RunState.Validating)
            return $"Run '{run.RunId}' is {run.State.Name()}; there is nothing to do.";
        var parts = new PartStore(storage, run.RunId);
        return await attempt.RunAsync(
            run,
            findings => request.Step switch
            {
                IngestStep.Plan => PlanAsync(run, parts, cancellationToken),
                IngestStep.Scan => ScanAsync(run, parts, request.Part, findings, cancellationToken),
                _ => WriteAsync(run, parts, request.Part, cancellationToken),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string> GiveUpAsync(PartRequest request, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(request.RunId, cancellationToken) is not { State: RunState.Validating } run)
            return $"Run '{request.RunId}' has ended; there is nothing to give up.";
        var step = request.Step.ToString().ToLowerInvariant();
        await end.FailAsync(
            run,
            new RunFailure(
                "ingest-failed",
                $"Part {request.Part} of '{run.Dataset.Blob}' could not be worked on (step '{step}') however often it was tried.",
                "The functions' log has the error. Upload the dataset again when its cause is mended."),
            cancellationToken);
        return $"Run '{run.RunId}' is failed: step '{step}' of part {request.Part} was given up.";
    }

    private async Task<string> PlanAsync(RunRecord run, PartStore store, CancellationToken cancellationToken)
    {
        if (await store.PlanAsync(cancellationToken) is not { } parts)
        {
            parts = await CutAsync(run, cancellationToken);
            await store.WritePlanAsync(parts, cancellationToken);
        }

        await queue.SendAsync(parts.Select(p => new PartRequest(run.RunId, IngestStep.Scan, p.Number)), cancellationToken);
        return $"Run '{run.RunId}' has {parts.Count} parts.";
    }

    private async Task<IReadOnlyList<DatasetPart>> CutAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var cutter = new FileCutter(_content, options.PartBytes);
        var parts = new List<DatasetPart>();
        foreach (var file in DatasetParts.Of(run.Dataset, run.Options))
        {
            var numbered = file with { Number = parts.Count };
            parts.AddRange(file.Bytes > options.PartBytes && FileCutter.CanCut(file) ? await cutter.CutAsync(numbered, cancellationToken) : [numbered]);
        }

        return parts;
    }

    private async Task<string> ScanAsync(RunRecord run, PartStore store, int number, FindingLog findings, CancellationToken cancellationToken)
    {
        var parts = await RequirePlanAsync(store, cancellationToken);
        if (!await store.IsScannedAsync(number, cancellationToken))
        {
            using var scanned = await PartScan.RunAsync(_content, parts, number, findings, cancellationToken);
            await store.WriteScanAsync(scanned, cancellationToken);
        }

        if (await store.CountAsync(IngestStep.Scan, cancellationToken) < parts.Count)
            return $"Part {number} of run '{run.RunId}' is scanned.";
        if (!await store.IsJoinedAsync(cancellationToken))
            await JoinAsync(run, store, parts, findings, cancellationToken);
        await queue.SendAsync(parts.Select(p => new PartRequest(run.RunId, IngestStep.Write, p.Number)), cancellationToken);
        return $"The {parts.Count} parts of run '{run.RunId}' are joined.";
    }

    private async Task JoinAsync(RunRecord run, PartStore store, IReadOnlyList<DatasetPart> parts, FindingLog findings, CancellationToken cancellationToken)
    {
        var scanned = new List<ScannedPart>();
        try
        {
            foreach (var part in parts)
                scanned.Add(await store.ScannedAsync(part.Number, cancellationToken));
            using var dataset = await Task.Run(() => DatasetJoin.Run(parts, scanned, run.Options, findings, cancellationToken), cancellationToken);
            using var tokenizers = await RunTokenizers.ForAsync(storage, run.Options, dataset, scanned, cancellationToken);
            await tokenizers.WriteAsync(new RunOutput(storage, run.RunId), cancellationToken);
            await store.WriteJoinAsync(dataset, cancellationToken);
        }
        finally
        {
            foreach (var scan in scanned)
                scan.Dispose();
        }
    }

    private async Task<string> WriteAsync(RunRecord run, PartStore store, int number, CancellationToken cancellationToken)
    {
        var parts = await RequirePlanAsync(store, cancellationToken);
        using var dataset = await store.JoinedAsync(cancellationToken);
        using var tokenizers = await RunTokenizers.OfRunAsync(storage, run, cancellationToken);
        if (await store.WrittenAsync(number, cancellationToken) is null)
        {
            var output = run.Options.Mode == RunMode.Validate ? null : new RunOutput(storage, run.RunId);
            await store.WriteWrittenAsync(await tokenizers.WritePartAsync(_content, parts[number], dataset, output, cancellationToken), cancellationToken);
        }

        if (await store.CountAsync(IngestStep.Write, cancellationToken) < parts.Count)
            return $"Part {number} of run '{run.RunId}' is written.";
        var written = new List<IReadOnlyList<WrittenPart>>();
        foreach (var part in parts)
            written.Add(await store.WrittenAsync(part.Number, cancellationToken) ?? throw new InvalidDataException($"Part {part.Number} of run '{run.RunId}' was removed."));
        return await end.AcceptAsync(run, new IngestedDataset(dataset.Summary, tokenizers.Sum(written), run.Options), cancellationToken);
    }

    private static async Task<IReadOnlyList<DatasetPart>> RequirePlanAsync(PartStore store, CancellationToken cancellationToken) =>
        await store.PlanAsync(cancellationToken) ?? throw new InvalidDataException("The plan of the parts was removed.");
}
