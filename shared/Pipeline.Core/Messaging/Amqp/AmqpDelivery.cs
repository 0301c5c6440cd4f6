using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>A readable message. Operations on it are done one after the other, so that a renewal never meets a settlement.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose.")]
internal sealed class AmqpDelivery(LockedMessage message, TrainingRequest request) : ITrainingDelivery
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _settled;

    public TrainingRequest Request => request;

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
                throw new InvalidOperationException($"The message of run '{request.RunId}' has been settled already.");
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
