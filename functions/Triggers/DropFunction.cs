using Pipeline.Core.Storage;
using Pipeline.Functions.Api;
using Pipeline.Functions.Envelope;

namespace Pipeline.Functions.Triggers;

/// <summary>A function that a blob in a container starts, whichever host calls it.</summary>
internal sealed class DropFunction
{
    private readonly Func<IServiceProvider, IDropHandler> _handler;

    private DropFunction(string name, string container, Func<IServiceProvider, IDropHandler> handler) => (Name, Container, _handler) = (name, container, handler);

    /// <summary>Takes in a dataset.</summary>
    public static DropFunction IngestDataset { get; } = new(nameof(IngestDataset), BlobLayout.Datasets, services => services.GetRequiredService<IDropHandler>());

    /// <summary>Takes in a file to classify.</summary>
    public static DropFunction ReceiveFile { get; } = new(nameof(ReceiveFile), BlobLayout.Inbox, services => services.GetRequiredService<IInboxHandler>());

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DropFunction> All { get; } = [IngestDataset, ReceiveFile];

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>The container.</summary>
    public string Container { get; }

    /// <summary>Works on a blob.</summary>
    /// <param name="blob">Name in the container.</param>
    /// <param name="services">The app's services.</param>
    /// <returns>A sentence for the invocation's log.</returns>
    /// <exception cref="RefusedRequestException">It failed; a failed invocation makes Event Grid deliver the event again.</exception>
    public async Task<string> RunAsync(string blob, IServiceProvider services)
    {
        var logger = services.LoggerOf(Name);
        try
        {
            // Not the request's own token: Event Grid stops waiting after 30 seconds, and the work goes on all the same.
            var outcome = await _handler(services).HandleAsync(blob, services.Stopping());
            logger.LogInformation("'{Container}/{Blob}': {Outcome}", Container, blob, outcome);
            return outcome;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            logger.LogError(failure, "{Function} failed at '{Container}/{Blob}'; Event Grid will deliver the event again", Name, Container, blob);
            throw new RefusedRequestException(
                StatusCodes.Status500InternalServerError, "event-failed", $"{Name} failed at '{Container}/{blob}': {failure.Message}",
                "The event is delivered again. If it keeps failing, the function's log has the whole error.", failure);
        }
    }
}
