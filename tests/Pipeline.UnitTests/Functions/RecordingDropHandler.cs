using System.Collections.Concurrent;
using Pipeline.Functions.Envelope;

namespace Pipeline.UnitTests.Functions;

/// <summary>Writes down what was dropped.</summary>
internal sealed class RecordingDropHandler : IDropHandler
{
    public ConcurrentQueue<string> Blobs { get; } = new();

    public Exception? Failure { get; set; }

    public Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        Blobs.Enqueue(blob);
        return Failure is null ? Task.FromResult($"Took {blob}.") : Task.FromException<string>(Failure);
    }
}
