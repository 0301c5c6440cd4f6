using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging;

/// <summary>
/// Keeps a delivery's lock alive in the background while the work goes on. Renews after a third of the lock's duration; a renewal that
/// fails is tried again until the lock must have expired. Dispose it before or after settling, in any order.
/// </summary>
public sealed class LockRenewer : IAsyncDisposable
{
    // Where locks do not expire, a renewal only finds out whether the link still lives.
    private static readonly TimeSpan LivenessInterval = TimeSpan.FromSeconds(15);

    private readonly IDelivery _delivery;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewing;

    private LockRenewer(IDelivery delivery, string name, TimeProvider time, ILogger logger)
    {
        _delivery = delivery;
        _name = name;
        _time = time;
        _logger = logger;
        LockLost = _lost.Token;
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when the lock is gone: the message is, or will be, someone else's. Stop the work, settle nothing.</summary>
    public CancellationToken LockLost { get; }

    /// <summary>Starts to renew. Call it as soon as the delivery is there.</summary>
    public static LockRenewer Start(ITrainingDelivery delivery, TimeProvider time, ILogger logger) =>
        new(delivery, $"run '{delivery.Request.RunId}'", time, logger);

    /// <summary>Starts to renew. Call it as soon as the delivery is there.</summary>
    public static LockRenewer Start(IMessageDelivery delivery, TimeProvider time, ILogger logger) =>
        new(delivery, $"message '{delivery.MessageId}'", time, logger);

    /// <summary>Stops renewing. <see cref="LockLost"/> keeps the state it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        var duration = _delivery.LockDuration;
        var interval = duration / 3 ?? LivenessInterval;
        var lockedFrom = _time.GetTimestamp();
        var pause = interval;
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, _stop.Token);
                var asked = _time.GetTimestamp();
                try
                {
                    await _delivery.RenewLockAsync(_stop.Token);
                    lockedFrom = asked;
                    pause = interval;
                }
                catch (Exception e) when (e is not (MessageLockLostException or OperationCanceledException))
                {
                    // Any failure but a plain "lost" may pass; the lock stands until its time is up.
                    if (duration is { } limit && _time.GetElapsedTime(lockedFrom) >= limit)
                    {
                        throw new MessageLockLostException(
                            $"The lock of {_name} could not be renewed in its {limit.TotalSeconds:0} s.", e);
                    }

                    _logger.LogWarning(e, "The lock of {Message} could not be renewed; trying again.", _name);
                    pause = interval / 10;
                }
            }
        }
        catch (MessageLockLostException e)
        {
            _logger.LogWarning(e, "The lock of {Message} is lost.", _name);
            await _lost.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
