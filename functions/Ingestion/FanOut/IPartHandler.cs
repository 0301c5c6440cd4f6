namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>What is done with a message of the queue <c>ingest-parts</c>.</summary>
internal interface IPartHandler
{
    /// <summary>Does a step. May be called more than once for the same request, also at the same time.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> HandleAsync(PartRequest request, CancellationToken cancellationToken);

    /// <summary>Fails the run of a request that no delivery could do.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> GiveUpAsync(PartRequest request, CancellationToken cancellationToken);
}
