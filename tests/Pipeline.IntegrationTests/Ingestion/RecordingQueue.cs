using System.Collections.Concurrent;
using Pipeline.Core.Messaging;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>Keeps what is sent; fails on demand, as a broker out of reach does.</summary>
internal sealed class RecordingQueue : ITrainingQueue
{
    private readonly ConcurrentQueue<TrainingRequest> _sent = new();
    private int _taken;

    public IReadOnlyList<TrainingRequest> Sent => [.. _sent];

    /// <summary>Called before a message is taken.</summary>
    public Func<TrainingRequest, Task> BeforeSend { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called after a message was taken, before the sender hears of it.</summary>
    public Func<TrainingRequest, Task> AfterSend { get; set; } = _ => Task.CompletedTask;

    public async Task SendAsync(TrainingRequest request, CancellationToken cancellationToken = default)
    {
        await BeforeSend(request);
        _sent.Enqueue(request);
        await AfterSend(request);
    }

    /// <summary>The next message in the order of sending; null where all were taken.</summary>
    public TrainingRequest? Take() => _taken < _sent.Count ? Sent[_taken++] : null;

    public Task<ITrainingDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Take() gives what was sent.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
