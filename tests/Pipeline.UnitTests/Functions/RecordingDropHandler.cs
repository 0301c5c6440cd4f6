using System.Collections.Concurrent;
using Pipeline.Functions.Envelope;

namespace Pipeline.UnitTests.Functions;

/// <summary>Writes down what was dropped.</summary>
internal sealed class RecordingDropHandler : IDropHandler
{
    public ConcurrentQueue<string> Blobs { get; } = new();

    /// <summary>Uploads that were given up.</summary>
    public ConcurrentQueue<DeadUpload> GivenUp { get; } = new();

    public Exception? Failure { get; set; }

    public Task<string> HandleAsync(string blob, CancellationToken cancellationToken)
    {
        Blobs.Enqueue(blob);
        return Failure is null ? Task.FromResult($"Took {blob}.") : Task.FromException<string>(Failure);
    }

    public Task<string> GiveUpAsync(DeadUpload upload, CancellationToken cancellationToken)
    {
        GivenUp.Enqueue(upload);
        return Failure is null ? Task.FromResult($"Gave up {upload.Event.Blob}.") : Task.FromException<string>(Failure);
    }
}
