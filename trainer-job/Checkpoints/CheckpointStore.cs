using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Core;
using Pipeline.Core.Storage;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Checkpoints;

/// <summary>
/// Checkpoints in storage. The tensors are written whole under a name of their own, then a small pointer names
/// them: a kill at any moment leaves the last complete checkpoint in force. The one before is kept, in case the last is damaged.
/// </summary>
/// <param name="storage">The account.</param>
/// <param name="folder">Where they lie in the container of runs; ends in a slash.</param>
internal sealed class CheckpointStore(BlobServiceClient storage, string folder)
{
    private readonly BlobContainerClient _runs = storage.GetBlobContainerClient(BlobLayout.Runs);
    private readonly HashSet<string> _damaged = [];

    private string PointerName => folder + "latest.json";

    /// <summary>Uploads a checkpoint and names it; what is older than the one before is deleted after that.</summary>
    /// <param name="tensorsPath">Its tensors.</param>
    /// <param name="arguments">What the loop was told.</param>
    /// <param name="state">Where it stood.</param>
    /// <param name="ensure">Called before the checkpoint is named; throws where another trainer's are in force.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task WriteAsync(
        string tensorsPath, TrainingArguments arguments, TrainingState state, Func<CancellationToken, Task> ensure, CancellationToken cancellationToken)
    {
        var name = $"{folder}{state.Step:D8}-{Guid.NewGuid():N}.safetensors";
        await _runs.GetBlobClient(name).UploadAsync(tensorsPath, overwrite: true, cancellationToken);
        var checkpoint = new Checkpoint(name, await HashAsync(tensorsPath, cancellationToken), arguments, state);
        while (true)
        {
            await ensure(cancellationToken);
            var (standing, etag) = await FindPointerAsync(cancellationToken);
            var pointer = new Pointer([checkpoint, .. standing.Checkpoints.Where(c => !_damaged.Contains(c.Tensors)).Take(1)]);
            if (!await TryNameAsync(pointer, etag, cancellationToken))
                continue; // another trainer has named one since: ask again whose run it is
            await DeleteAsync(except: [PointerName, .. pointer.Checkpoints.Select(c => c.Tensors)], cancellationToken);
            return;
        }
    }

    /// <summary>Finds the newest checkpoint that belongs to these arguments and is undamaged.</summary>
    /// <param name="arguments">A checkpoint of others (of an older trainer with other choices) is passed over.</param>
    /// <param name="tensorsPath">Where its tensors are put.</param>
    /// <param name="warn">Told of each one that is damaged.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>Where the loop stood; null where there is none.</returns>
    public async Task<TrainingState?> ReadAsync(TrainingArguments arguments, string tensorsPath, Action<string> warn, CancellationToken cancellationToken)
    {
        foreach (var checkpoint in (await FindPointerAsync(cancellationToken)).Pointer.Checkpoints.Where(c => Text(c.Arguments) == Text(arguments)))
        {
            if (await WhyUnusableAsync(checkpoint, tensorsPath, cancellationToken) is not { } reason)
                return checkpoint.State;
            _damaged.Add(checkpoint.Tensors);
            warn($"The checkpoint of step {checkpoint.State.Step} is passed over: '{checkpoint.Tensors}' {reason}.");
        }

        return null;

        // What fits into the memory of the device is no other choice: a run may go on on another device.
        static string Text(TrainingArguments a) =>
            JsonSerializer.Serialize(a with { MaxTokensPerBatch = 0, Reasons = new Dictionary<string, string>() }, PipelineJson.Compact);
    }

    /// <summary>Optimizer steps in the newest checkpoint; 0 where there is none.</summary>
    public async Task<int> StepsAsync(CancellationToken cancellationToken) =>
        (await FindPointerAsync(cancellationToken)).Pointer.Checkpoints.Select(c => c.State.Step).FirstOrDefault();

    /// <summary>Deletes all checkpoints: the run has ended.</summary>
    public Task DeleteAllAsync(CancellationToken cancellationToken) => BlobFolder.DeleteAsync(_runs, folder, cancellationToken);

    private async Task<string?> WhyUnusableAsync(Checkpoint checkpoint, string path, CancellationToken cancellationToken)
    {
        try
        {
            await _runs.GetBlobClient(checkpoint.Tensors).DownloadToAsync(path, cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return "is not there";
        }

        return await HashAsync(path, cancellationToken) == checkpoint.Sha256 ? null : "does not have the content that was written";
    }

    // A pointer that cannot be read is as good as none: training begins anew, which costs time and nothing else.
    private async Task<(Pointer Pointer, ETag? ETag)> FindPointerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = await _runs.GetBlobClient(PointerName).DownloadContentAsync(cancellationToken);
            return (Parse(content.Value.Content) ?? Pointer.None, content.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return (Pointer.None, null);
        }

        static Pointer? Parse(BinaryData content)
        {
            try
            {
                return JsonSerializer.Deserialize<Pointer>(content.ToMemory().Span, PipelineJson.Indented) is { Checkpoints: not null } pointer ? pointer : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private Task<bool> TryNameAsync(Pointer pointer, ETag? standing, CancellationToken cancellationToken) => JsonBlob.TryWriteAsync(
        _runs, PointerName, pointer, (JsonTypeInfo<Pointer>)PipelineJson.Indented.GetTypeInfo(typeof(Pointer)),
        standing is { } etag ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    private async Task DeleteAsync(string[] except, CancellationToken cancellationToken)
    {
        await foreach (var item in _runs.GetBlobsAsync(prefix: folder, traits: default, states: default, cancellationToken: cancellationToken))
        {
            if (!except.Contains(item.Name))
                await _runs.DeleteBlobIfExistsAsync(item.Name, cancellationToken: cancellationToken);
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <param name="Checkpoints">Newest first.</param>
    private sealed record Pointer(IReadOnlyList<Checkpoint> Checkpoints)
    {
        public static Pointer None { get; } = new([]);
    }

    /// <param name="Tensors">Name of the blob with the tensors.</param>
    /// <param name="Sha256">Lower-case hex SHA-256 of its content.</param>
    /// <param name="Arguments">What the loop was told.</param>
    /// <param name="State">Where it stood.</param>
    private sealed record Checkpoint(string Tensors, string Sha256, TrainingArguments Arguments, TrainingState State);
}
