namespace Pipeline.Functions.Envelope;

/// <summary>Decides whether an event is a blob that was dropped into a container.</summary>
internal static class BlobDrop
{
    // The calls after which a blob's content is whole. Others (CreateFile, PutBlockBlob of a directory, SetBlobTier, …) raise the event too.
    private static readonly string[] WritesOfContent = ["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"];

    /// <summary>The reason to pass an event over, or null where it is a drop into the container.</summary>
    public static string? ReasonToIgnore(BlobEvent e, string container)
    {
        if (!e.IsCreation)
            return $"its type is '{e.Type}', not Microsoft.Storage.BlobCreated";
        if (e.Container != container)
            return $"it is not about the container '{container}'";
        if (!WritesOfContent.Contains(e.Api))
            return $"its data.api is '{e.Api}', which does not finish a blob's content";
        return e.Blob.Length == 0 ? "it names no blob" : null;
    }
}
