using Azure.Storage.Blobs;
using Pipeline.Core.Storage;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;

namespace Pipeline.Trainer.Training;

/// <summary>A base model's folder, copied from the container <c>base-models</c>.</summary>
internal static class BaseModel
{
    /// <summary>Downloads the folder.</summary>
    /// <returns>Its configuration.</returns>
    /// <exception cref="PermanentFailureException">It is not there or no checkpoint that can be used.</exception>
    public static async Task<PretrainedConfig> DownloadAsync(BlobServiceClient storage, string name, string folder, CancellationToken cancellationToken)
    {
        var container = storage.GetBlobContainerClient(BlobLayout.BaseModels);
        if (await RunFiles.DownloadFolderAsync(container, name + "/", folder, cancellationToken) == 0)
            throw Unusable(name, new FileNotFoundException("the folder does not exist or is empty."));
        try
        {
            return PretrainedConfig.Load(Path.Combine(folder, "config.json"));
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or NotSupportedException)
        {
            throw Unusable(name, e);
        }
    }

    public static PermanentFailureException Unusable(string name, Exception cause) => new(
        "unusable-base-model",
        $"The base model '{BlobLayout.BaseModels}/{name}/' cannot be used: {cause.Message}",
        "Upload a Hugging Face folder of a supported family (config.json, model.safetensors, tokenizer files) there, then the dataset again.",
        cause);
}
