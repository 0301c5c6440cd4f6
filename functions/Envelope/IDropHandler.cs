namespace Pipeline.Functions.Envelope;

/// <summary>What is done with a dropped dataset.</summary>
internal interface IDropHandler
{
    /// <summary>Works on the blob. May be called more than once for the same upload, also at the same time.</summary>
    /// <param name="blob">Name in the container.</param>
    /// <param name="cancellationToken">The program is stopping.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> HandleAsync(string blob, CancellationToken cancellationToken);

    /// <summary>Leaves word, where its owner looks, of an upload that no delivery could take in. The blob need not be there any more.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="cancellationToken">The program is stopping.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> GiveUpAsync(DeadUpload upload, CancellationToken cancellationToken);
}

/// <summary>What is done with a file that was dropped for a model to classify.</summary>
internal interface IInboxHandler : IDropHandler;
