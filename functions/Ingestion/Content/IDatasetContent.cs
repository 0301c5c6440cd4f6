using Pipeline.Functions.Ingestion.Parts;

namespace Pipeline.Functions.Ingestion.Content;

/// <summary>Where the bytes of a dataset come from. It is read twice: to check and split it, and to tokenize it.</summary>
internal interface IDatasetContent
{
    /// <summary>The bytes of a part, to be read forward.</summary>
    Task<Stream> OpenAsync(DatasetPart part, CancellationToken cancellationToken);
}
