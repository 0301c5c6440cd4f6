using Azure.Storage.Blobs;
using Pipeline.Core.Storage;
using Pipeline.Modeling.Gpt2;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>A base model's folder, copied from the container <c>base-models</c>.</summary>
internal static class BaseModel
{
    /// <summary>Downloads the folder.</summary>
    /// <returns>Longest input of the model.</returns>
    /// <exception cref="PermanentFailureException">It is not there or no GPT-2 checkpoint.</exception>
    public static async Task<int> DownloadAsync(BlobServiceClient storage, string name, string folder, CancellationToken cancellationToken)
    {
        var container = storage.GetBlobContainerClient(BlobLayout.BaseModels);
        if (await RunFiles.DownloadFolderAsync(container, name + "/", folder, cancellationToken) == 0)
            throw Unusable(name, new FileNotFoundException("the folder does not exist or is empty."));
        try
        {
            return GPT2Config.Load(Path.Combine(folder, "config.json")).NPositions;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw Unusable(name, e);
        }
    }

    public static PermanentFailureException Unusable(string name, Exception cause) => new(
        "unusable-base-model",
        $"The base model '{BlobLayout.BaseModels}/{name}/' cannot be used: {cause.Message}",
        "Upload a Hugging Face GPT-2 folder (config.json, model.safetensors, tokenizer files) there, then the dataset again.",
        cause);
}
