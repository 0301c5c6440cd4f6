using Amqp;
using Amqp.Sasl;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>One live connection with its one session, logged in and ready. When it breaks it is thrown away whole.</summary>
internal sealed class AmqpSession : IAsyncDisposable
{
    // A peer that is silent for this long (heartbeats included) is gone.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly AmqpEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly Connection _connection;
    private readonly Lock _gate = new();
    private CbsTokens? _tokens;
    private RequestResponseLink? _management;

    private AmqpSession(AmqpEndpoint endpoint, TimeProvider time, Connection connection, BrokerKind broker)
    {
        _endpoint = endpoint;
        _time = time;
        _connection = connection;
        Broker = broker;
        Session = new Session(connection);
    }

    public Session Session { get; }

    public BrokerKind Broker { get; }

    public bool IsOpen => !_connection.IsClosed && !Session.IsClosed;

    /// <summary>Connects, logs in and, where the endpoint has a credential, puts a first token.</summary>
    public static async Task<AmqpSession> OpenAsync(
        AmqpEndpoint endpoint, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory();
        factory.AMQP.IdleTimeout = (int)IdleTimeout.TotalMilliseconds;
        // Used only where the address has no user; brokers refuse a connection that skips SASL.
        factory.SASL.Profile = SaslProfile.Anonymous;
        if (endpoint.CertificateAuthorities is { } authorities)
            factory.SSL.RemoteCertificateValidationCallback = new CertificateTrust(authorities).IsTrusted;
        var frames = new OpenFrameReader();
        using var timeout = new CancellationTokenSource(ConnectTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // WaitAsync as well: the library heeds the token while connecting but not while negotiating SASL.
            var connection = await factory.CreateAsync(endpoint.ToAddress(), stop.Token, frames).WaitAsync(stop.Token);
            var session = new AmqpSession(endpoint, time, connection, frames.Open!.BrokerKind());
            try
            {
                if (endpoint.Credential is { } credential)
                    session._tokens = await CbsTokens.StartAsync(session.Session, endpoint, credential, time, logger, stop.Token);
                if (session.Broker == Amqp.BrokerKind.RabbitMq)
                    await RabbitMqTopology.EnsureAsync(session.Session, endpoint, time, logger, stop.Token);
                return session;
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {ConnectTimeout.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Puts a new token where the last one no longer counts.</summary>
    public Task EnsureLoggedInAsync(CancellationToken cancellationToken) =>
        _tokens?.EnsureAsync(_endpoint.Entity, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Has <see cref="EnsureLoggedInAsync"/> put a new token.</summary>
    public void ForgetLogin() => _tokens?.Forget();

    /// <summary>The link to <c>{entity}/$management</c>, made on first use and again when it was closed.</summary>
    public async Task<RequestResponseLink> ManagementAsync(CancellationToken cancellationToken)
    {
        if (_tokens is not null)
            await _tokens.EnsureAsync(_endpoint.ManagementNode, cancellationToken);
        lock (_gate)
        {
            if (_management is not { IsOpen: true })
                _management = new RequestResponseLink(Session, _endpoint.ManagementNode, _time);
            return _management;
        }
    }

    /// <summary>Closes in order: everything sent before, settlements included, has reached the broker when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_tokens is not null)
            await _tokens.DisposeAsync();
        try
        {
            await _connection.CloseAsync(CloseTimeout);
        }
        catch (Exception e) when (AmqpFailure.IsTransport(e))
        {
            // It was broken already, which is what closing it was for.
        }
    }
}
