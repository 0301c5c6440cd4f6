using Azure.Core;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>A credential of the test: its tokens live as long as the test says, and it can be out of order for a while.</summary>
internal sealed class IssuedTokens(TimeProvider time) : TokenCredential
{
    private int _asked;

    public string Token { get; set; } = "good";

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What the provider says instead of giving a token; null: it works.</summary>
    public Func<Exception>? Fail { get; set; }

    /// <summary>What the provider waits for before it answers; null: nothing.</summary>
    public Task? Delay { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public IReadOnlyList<string> Scopes { get; private set; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        Scopes = requestContext.Scopes;
        return Fail is { } fail ? throw fail() : new AccessToken(Token, time.GetUtcNow() + Lifetime);
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var token = GetToken(requestContext, cancellationToken);
        if (Delay is { } delay)
            await delay.WaitAsync(cancellationToken);
        return token;
    }
}
