using System.Text.Json;
using Pipeline.Core.Messaging;

namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>Sends requests to whichever instance is free.</summary>
internal sealed class PartQueue(IMessageQueue queue)
{
    /// <summary>Sends requests, in order.</summary>
    public async Task SendAsync(IEnumerable<PartRequest> requests, CancellationToken cancellationToken)
    {
        foreach (var request in requests)
            await queue.SendAsync(request.MessageId, JsonSerializer.Serialize(request, FunctionsJson.Compact.PartRequest), cancellationToken);
    }
}
