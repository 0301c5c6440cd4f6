using System.Collections.Concurrent;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Ingestion.FanOut;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>Keeps requests for parts until a test takes them, and drops repeated ones as the broker does.</summary>
internal sealed class RecordingMessageQueue : IMessageQueue
{
    private readonly ConcurrentQueue<PartRequest> _waiting = new();
    private readonly ConcurrentDictionary<string, bool> _seen = new();

    /// <summary>Called before a message is taken.</summary>
    public Func<PartRequest, Task> BeforeSend { get; set; } = _ => Task.CompletedTask;

    public async Task SendAsync(string messageId, string body, CancellationToken cancellationToken = default)
    {
        var request = JsonSerializer.Deserialize<PartRequest>(body, PipelineJson.Compact)!;
        Assert.Equal(request.MessageId, messageId);
        await BeforeSend(request);
        if (_seen.TryAdd(messageId, true))
            _waiting.Enqueue(request);
    }

    /// <summary>The next request; null where none waits.</summary>
    public PartRequest? Take() => _waiting.TryDequeue(out var request) ? request : null;

    /// <summary>Puts a request back, as an abandoned message is.</summary>
    public void PutBack(PartRequest request) => _waiting.Enqueue(request);

    public Task<IMessageDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The functions receive nothing; the host does.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
