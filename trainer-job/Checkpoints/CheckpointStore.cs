using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Storage;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Checkpoints;

/// <summary>
/// Checkpoints in storage. The tensors are written whole under a name of their own, then a small pointer names
/// them: a kill at any moment leaves the last complete checkpoint in force.
/// </summary>
/// <param name="storage">The account.</param>
/// <param name="folder">Where they lie in the container of runs; ends in a slash.</param>
internal sealed class CheckpointStore(BlobServiceClient storage, string folder)
{
    private readonly BlobContainerClient _runs = storage.GetBlobContainerClient(BlobLayout.Runs);

    private string PointerName => folder + "latest.json";

    /// <summary>Uploads a checkpoint and names it; the one before is deleted.</summary>
    public async Task WriteAsync(string tensorsPath, TrainingArguments arguments, TrainingState state, CancellationToken cancellationToken)
    {
        var name = $"{folder}{state.Step:D8}-{Guid.NewGuid():N}.safetensors";
        await _runs.GetBlobClient(name).UploadAsync(tensorsPath, overwrite: true, cancellationToken);
        var pointer = JsonSerializer.SerializeToUtf8Bytes(new Pointer(name, arguments, state), PipelineJson.Indented);
        await _runs.GetBlobClient(PointerName).UploadAsync(BinaryData.FromBytes(pointer), overwrite: true, cancellationToken);
        await DeleteAsync(except: [name, PointerName], cancellationToken);
    }

    /// <summary>Finds the newest checkpoint that belongs to these arguments.</summary>
    /// <param name="arguments">A checkpoint of others (of an older trainer with other choices) is passed over.</param>
    /// <param name="tensorsPath">Where its tensors are put.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>Where the loop stood; null where there is none.</returns>
    public async Task<TrainingState?> ReadAsync(TrainingArguments arguments, string tensorsPath, CancellationToken cancellationToken)
    {
        try
        {
            var content = await _runs.GetBlobClient(PointerName).DownloadContentAsync(cancellationToken);
            var pointer = JsonSerializer.Deserialize<Pointer>(content.Value.Content.ToMemory().Span, PipelineJson.Indented);
            if (pointer is null || Text(pointer.Arguments) != Text(arguments))
                return null;
            await _runs.GetBlobClient(pointer.Tensors).DownloadToAsync(tensorsPath, cancellationToken);
            return pointer.State;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }

        // What fits into the memory of the device is no other choice: a run may go on on another device.
        static string Text(TrainingArguments a) =>
            JsonSerializer.Serialize(a with { MaxTokensPerBatch = 0, Reasons = new Dictionary<string, string>() }, PipelineJson.Compact);
    }

    /// <summary>Deletes all checkpoints: the run has succeeded.</summary>
    public Task DeleteAllAsync(CancellationToken cancellationToken) => DeleteAsync(except: [], cancellationToken);

    private async Task DeleteAsync(string[] except, CancellationToken cancellationToken)
    {
        await foreach (var item in _runs.GetBlobsAsync(prefix: folder, traits: default, states: default, cancellationToken: cancellationToken))
        {
            if (!except.Contains(item.Name))
                await _runs.DeleteBlobIfExistsAsync(item.Name, cancellationToken: cancellationToken);
        }
    }

    /// <param name="Tensors">Name of the blob with the tensors.</param>
    /// <param name="Arguments">What the loop was told.</param>
    /// <param name="State">Where it stood.</param>
    private sealed record Pointer(string Tensors, TrainingArguments Arguments, TrainingState State);
}
