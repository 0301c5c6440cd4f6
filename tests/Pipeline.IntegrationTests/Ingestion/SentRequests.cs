using Pipeline.Core.Messaging;

namespace Pipeline.IntegrationTests.Ingestion;

/// <summary>A queue that only remembers what was sent, and can refuse to take it.</summary>
internal sealed class SentRequests : ITrainingQueue
{
    public List<TrainingRequest> Requests { get; } = [];

    public bool IsDown { get; set; }

    public Task SendAsync(TrainingRequest request, CancellationToken cancellationToken = default)
    {
        if (IsDown)
            throw new TimeoutException("The broker does not answer.");
        Requests.Add(request);
        return Task.CompletedTask;
    }

    public Task<ITrainingDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken = default) =>
        Task.FromResult<ITrainingDelivery?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
