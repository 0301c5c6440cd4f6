using Amqp;
using Amqp.Framing;
using Azure.Core;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Claims-based security: puts a token of the process's identity on <c>$cbs</c> when a connection opens and again before it expires,
/// as long as the connection lives.
/// </summary>
internal sealed class CbsTokens : IAsyncDisposable
{
    private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly RequestResponseLink _link;
    private readonly AmqpEndpoint _endpoint;
    private readonly TokenCredential _credential;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _refreshing = Task.CompletedTask;

    private CbsTokens(RequestResponseLink link, AmqpEndpoint endpoint, TokenCredential credential, TimeProvider time, ILogger logger)
    {
        _link = link;
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
        var tokens = new CbsTokens(new RequestResponseLink(session, "$cbs", time), endpoint, credential, time, logger);
        var expires = await tokens.PutAsync(cancellationToken);
        tokens._refreshing = tokens.RefreshAsync(expires);
        return tokens;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _refreshing;
        _stop.Dispose();
    }

    private async Task RefreshAsync(DateTimeOffset expires)
    {
        try
        {
            while (_link.IsOpen)
            {
                await Task.Delay(UntilRefresh(expires), _time, _stop.Token);
                try
                {
                    expires = await PutAsync(_stop.Token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Also what the credential throws, which can be anything. When the old token runs out
                    // the broker closes the links, and whoever uses them is told.
                    _logger.LogWarning(e, "The token for {Endpoint} could not be renewed; it expires at {Expires:u}.", _endpoint, expires);
                    await Task.Delay(RetryDelay, _time, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is being closed.
        }
    }

    // After four fifths of what is left of its life, so that a failed try can be repeated.
    private TimeSpan UntilRefresh(DateTimeOffset expires)
    {
        var left = expires - _time.GetUtcNow();
        return left > TimeSpan.Zero ? left * 0.8 : TimeSpan.Zero;
    }

    private async Task<DateTimeOffset> PutAsync(CancellationToken cancellationToken)
    {
        var token = await _credential.GetTokenAsync(Scope, cancellationToken);
        using var request = new Message(token.Token)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = "jwt",
                ["name"] = _endpoint.Audience,
                ["expiration"] = token.ExpiresOn.UtcDateTime,
            },
        };
        using var reply = await _link.RequestAsync(request, RequestTimeout, cancellationToken);
        var status = Convert.ToInt32(reply.ApplicationProperties["status-code"]);
        if (status is not (200 or 202))
        {
            throw new TrainingQueueException(
                $"Could not log in ({_endpoint}): the broker refused the token with {status} {reply.ApplicationProperties["status-description"]}. " +
                "Give the identity the roles Azure Service Bus Data Sender and Data Receiver on the queue.",
                isTransient: status >= 500);
        }

        return token.ExpiresOn;
    }
}
