using Pipeline.Core.Storage;

namespace Pipeline.Functions.Envelope;

/// <summary>Decides whether an event is a dataset that was dropped.</summary>
internal static class DatasetDrop
{
    // The calls after which a blob's content is whole. Others (CreateFile, PutBlockBlob of a directory, SetBlobTier, …) raise the event too.
    private static readonly string[] WritesOfContent = ["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"];

    /// <summary>The reason to pass an event over, or null where it is a drop.</summary>
    public static string? ReasonToIgnore(BlobEvent e)
    {
        if (e.Type != "Microsoft.Storage.BlobCreated")
            return $"its type is '{e.Type}', not Microsoft.Storage.BlobCreated";
        if (e.Container != BlobLayout.Datasets)
            return $"it is not about the container '{BlobLayout.Datasets}'";
        if (!WritesOfContent.Contains(e.Api))
            return $"its data.api is '{e.Api}', which does not finish a blob's content";
        return e.Blob.Length == 0 ? "it names no blob" : null;
    }
}
