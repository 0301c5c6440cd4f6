using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A training request under a lock.</summary>
internal sealed class AmqpTrainingDelivery(LockedMessage message, TrainingRequest request) : AmqpDelivery(message, $"run '{request.RunId}'"), ITrainingDelivery
{
    public TrainingRequest Request => request;
}

/// <summary>Any message under a lock.</summary>
internal sealed class AmqpMessageDelivery(LockedMessage message, string messageId, string body) : AmqpDelivery(message, $"message '{messageId}'"), IMessageDelivery
{
    public string MessageId => messageId;

    public string Body => body;

    public IReadOnlyDictionary<string, string> ApplicationProperties { get; } =
        message.Message.ApplicationProperties?.Map.ToDictionary(p => p.Key.ToString()!, p => p.Value?.ToString() ?? "") ?? [];
}

/// <summary>A readable message. Operations on it are done one after the other, so that a renewal never meets a settlement.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose.")]
internal abstract class AmqpDelivery(LockedMessage message, string name) : IDelivery
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _settled;

    public int DeliveryCount => message.DeliveryCount;

    public TimeSpan? LockDuration => message.LockDuration;

    /// <summary>After a settlement there is no lock to prolong, and nothing to complain about.</summary>
    public async Task RenewLockAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_settled)
                await message.RenewAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task CompleteAsync(CancellationToken cancellationToken = default) =>
        SettleAsync(() => message.CompleteAsync(cancellationToken), cancellationToken);

    public Task AbandonAsync(CancellationToken cancellationToken = default) =>
        SettleAsync(() => message.AbandonAsync(cancellationToken), cancellationToken);

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken = default) =>
        SettleAsync(() => message.DeadLetterAsync(reason, description, cancellationToken), cancellationToken);

    private async Task SettleAsync(Func<Task> settle, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_settled)
                throw new InvalidOperationException($"The message has been settled already: {name}.");
            await settle();
            _settled = true;
            await message.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }
}
