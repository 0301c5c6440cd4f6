using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The way to the broker: hands out a live session, and connects anew when the last one broke.</summary>
internal sealed class AmqpConnection : IAsyncDisposable
{
    private readonly AmqpEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private AmqpSession? _current;
    private bool _disposed;

    public AmqpConnection(AmqpEndpoint endpoint, TimeProvider time, ILogger logger)
    {
        _endpoint = endpoint;
        _time = time;
        _logger = logger;
        // Clients must not pause alike, so theirs is the one randomness without a seed.
        Retry = new AmqpRetry(this, time, Random.Shared, logger);
    }

    public AmqpEndpoint Endpoint => _endpoint;

    public AmqpRetry Retry { get; }

    /// <summary>A live session that is logged in; one try to connect where there is none.</summary>
    public async Task<AmqpSession> SessionAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_disposed)
                throw new TrainingQueueException($"The client of {_endpoint} has been disposed.");
            if (_current is { IsOpen: true })
            {
                await _current.EnsureLoggedInAsync(cancellationToken);
                return _current;
            }

            if (_current is not null)
            {
                _logger.LogInformation("The connection to {Endpoint} was lost; connecting again.", _endpoint);
                await _current.DisposeAsync();
                _current = null;
            }

            _current = await AmqpSession.OpenAsync(_endpoint, _time, _logger, cancellationToken);
            return _current;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Has the next session that is handed out put a new token; false where the login is none by token.</summary>
    public bool ForgetLogin()
    {
        Volatile.Read(ref _current)?.ForgetLogin();
        return _endpoint.Credential is not null;
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
