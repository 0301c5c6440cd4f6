using Pipeline.Core.Messaging;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A delivery that remembers how it was settled.</summary>
internal sealed class FakeDelivery(TrainingRequest request, int deliveryCount = 1) : ITrainingDelivery
{
    public FakeDelivery(string runId, int deliveryCount = 1) : this(new TrainingRequest(runId, "mail"), deliveryCount) { }

    public TrainingRequest Request { get; } = request;

    public int DeliveryCount { get; } = deliveryCount;

    public TimeSpan? LockDuration => TimeSpan.FromMilliseconds(300);

    /// <summary>What was done with the message: <c>complete</c>, <c>abandon</c>, <c>dead-letter: reason</c>; null while it is open.</summary>
    public string? Settled { get; private set; }

    /// <summary>Makes the broker forget the lock.</summary>
    public bool LoseLock { get; set; }

    public Task RenewLockAsync(CancellationToken cancellationToken = default) =>
        LoseLock ? Task.FromException(new MessageLockLostException("Lost.")) : Task.CompletedTask;

    public Task CompleteAsync(CancellationToken cancellationToken = default) => Settle("complete");

    public Task AbandonAsync(CancellationToken cancellationToken = default) => Settle("abandon");

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken = default) => Settle($"dead-letter: {reason}");

    private Task Settle(string how)
    {
        Assert.Null(Settled);
        Settled = how;
        return Task.CompletedTask;
    }
}
