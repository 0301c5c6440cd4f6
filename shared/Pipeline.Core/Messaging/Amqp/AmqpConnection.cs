using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The way to the broker: hands out a live session, and connects anew when the last one broke.</summary>
internal sealed class AmqpConnection(AmqpEndpoint endpoint, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private AmqpSession? _current;
    private bool _disposed;

    public AmqpEndpoint Endpoint => endpoint;

    /// <summary>A live session; one try to connect where there is none.</summary>
    public async Task<AmqpSession> SessionAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_disposed)
                throw new TrainingQueueException($"The client of {endpoint} has been disposed.");
            if (_current is { IsOpen: true })
                return _current;
            if (_current is not null)
            {
                logger.LogInformation("The connection to {Endpoint} was lost; connecting again.", endpoint);
                await _current.DisposeAsync();
                _current = null;
            }

            _current = await AmqpSession.OpenAsync(endpoint, time, logger, cancellationToken);
            return _current;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _disposed = true;
        if (_current is not null)
            await _current.DisposeAsync();
        _current = null;
        _gate.Release();
    }
}
