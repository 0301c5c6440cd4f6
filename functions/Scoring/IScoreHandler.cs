namespace Pipeline.Functions.Scoring;

/// <summary>What is done with a message of the queue <c>inbox-files</c>.</summary>
internal interface IScoreHandler
{
    /// <summary>Works on the file for a while. May be called more than once for the same request, also at the same time.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> HandleAsync(ScoreRequest request, CancellationToken cancellationToken);

    /// <summary>Ends the work on a file that no delivery could do.</summary>
    /// <returns>A sentence for the invocation's log.</returns>
    Task<string> GiveUpAsync(ScoreRequest request, CancellationToken cancellationToken);
}
