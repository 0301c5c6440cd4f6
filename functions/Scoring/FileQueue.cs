using System.Text.Json;
using Pipeline.Core.Messaging;

namespace Pipeline.Functions.Scoring;

/// <summary>Sends requests to whichever instance is free.</summary>
internal sealed class FileQueue(IMessageQueue queue) : IAsyncDisposable
{
    /// <summary>Sends a request.</summary>
    public Task SendAsync(ScoreRequest request, CancellationToken cancellationToken) =>
        queue.SendAsync(request.MessageId, JsonSerializer.Serialize(request, FunctionsJson.Compact.ScoreRequest), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => queue.DisposeAsync();
}
