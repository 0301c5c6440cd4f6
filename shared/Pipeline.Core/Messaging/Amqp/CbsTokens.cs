using Amqp;
using Amqp.Framing;
using Azure.Core;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Claims-based security: puts a token of the process's identity on <c>$cbs</c> for each address before a link to it is opened, and
/// again before the token expires, as long as the connection lives.
/// </summary>
internal sealed class CbsTokens : IAsyncDisposable
{
    private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);

    // A credential that returns a token which is as good as expired must not be asked without a pause.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Session _session;
    private readonly AmqpEndpoint _endpoint;
    private readonly TokenCredential _credential;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _addresses = [];
    private Task _refreshing = Task.CompletedTask;
    private RequestResponseLink? _link;
    private DateTimeOffset _expires;

    // Null: there is none that counts.
    private volatile Grant? _grant;

    private CbsTokens(Session session, AmqpEndpoint endpoint, TokenCredential credential, TimeProvider time, ILogger logger)
    {
        _session = session;
        _endpoint = endpoint;
        _credential = credential;
        _time = time;
        _logger = logger;
    }

    /// <summary>Puts the first token and starts to refresh it.</summary>
    public static async Task<CbsTokens> StartAsync(
        Session session, AmqpEndpoint endpoint, TokenCredential credential, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        var tokens = new CbsTokens(session, endpoint, credential, time, logger);
        await tokens.EnsureAsync(endpoint.Entity, cancellationToken);
        tokens._refreshing = tokens.RefreshAsync();
        return tokens;
    }

    /// <summary>Puts a token where there is none for the address, the last one has run out, or the broker no longer takes it.</summary>
    /// <exception cref="TrainingQueueException">There is none to be had, or the broker refused it.</exception>
    public async Task EnsureAsync(string address, CancellationToken cancellationToken)
    {
        // Not behind a refresh that waits for its provider.
        if (Admits(address))
            return;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!Admits(address))
                await PutAsync([.. _addresses.Union([address])], cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Has <see cref="EnsureAsync"/> put a new token.</summary>
    public void Forget() => _grant = null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _refreshing;
        _stop.Dispose();
    }

    private bool Admits(string address) =>
        _grant is { } grant && grant.Addresses.Contains(address) && _time.GetUtcNow() < grant.Expires;

    private async Task RefreshAsync()
    {
        var backoff = new Backoff(Random.Shared);
        var pause = UntilRefresh();
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, _stop.Token);
                // With its connection a token is gone too; the next one that is opened puts its own.
                if (_session.IsClosed || _session.Connection.IsClosed)
                    return;
                await _gate.WaitAsync(_stop.Token);
                try
                {
                    await PutAsync([.. _addresses], _stop.Token);
                    backoff = new Backoff(Random.Shared);
                    pause = UntilRefresh();
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    // The provider may be away for a while. When the old token runs out the broker closes the links, and whoever
                    // uses them asks for a new one.
                    pause = backoff.Next();
                    _logger.LogWarning(e, "The token for {Endpoint} could not be renewed; it expires at {Expires:u}.", _endpoint, _expires);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is being closed.
        }
    }

    // After four fifths of what is left of its life, so that a failed try can be repeated.
    private TimeSpan UntilRefresh()
    {
        var pause = (_expires - _time.GetUtcNow()) * 0.8;
        return pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }

    private async Task PutAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(cancellationToken);
        foreach (var address in addresses)
        {
            await PutAsync(token, address, cancellationToken);
            _addresses.Add(address);
        }

        _expires = token.ExpiresOn;
        _grant = new Grant(token.ExpiresOn, addresses.ToHashSet());
    }

    private async Task<AccessToken> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _credential.GetTokenAsync(Scope, cancellationToken).AsTask().WaitAsync(RequestTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a credential throws: the endpoint of a managed identity, for one, may come up after the program.
            throw new TrainingQueueException($"Could not get a token for {_endpoint}: {e.Message}", isTransient: true, e);
        }
    }

    private async Task PutAsync(AccessToken token, string address, CancellationToken cancellationToken)
    {
        // The broker closes this link too when it has not been used for a while.
        if (_link is not { IsOpen: true })
            _link = new RequestResponseLink(_session, "$cbs", _time);
        using var request = new Message(token.Token)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = "jwt",
                ["name"] = _endpoint.AudienceOf(address),
                ["expiration"] = token.ExpiresOn.UtcDateTime,
            },
        };
        using var reply = await _link.RequestAsync(request, RequestTimeout, cancellationToken);
        var status = Convert.ToInt32(reply.ApplicationProperties["status-code"]);
        if (status is not (200 or 202))
        {
            throw new TrainingQueueException(
                $"Could not log in ({_endpoint}): the broker refused the token for '{address}' with {status} {reply.ApplicationProperties["status-description"]}. " +
                (status == 404 ? "Create the queue, or name another one in the configuration." : "Give the identity the roles Azure Service Bus Data Sender and Data Receiver on the queue."),
                isTransient: status >= 500);
        }
    }

    private sealed record Grant(DateTimeOffset Expires, IReadOnlySet<string> Addresses);
}
