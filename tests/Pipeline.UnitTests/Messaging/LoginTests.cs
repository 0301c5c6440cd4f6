using Pipeline.Core.Messaging;
using Pipeline.Local.Broker;
using Pipeline.UnitTests.Messaging.ServiceBus;

namespace Pipeline.UnitTests.Messaging;

public sealed class LoginTests : BrokerTest
{
    internal override EmbeddedBrokerOptions Options => new() { Login = ("RootManageSharedAccessKey", "a+b/c=:@%") };

    [Fact]
    public async Task User_and_password_come_percent_encoded_in_the_address()
    {
        var queue = Connect(With("RootManageSharedAccessKey", Uri.EscapeDataString("a+b/c=:@%")));

        await SendAsync(queue);

        Assert.Equal(1, Broker.Counts(Queue).Active);
    }

    [Theory]
    [InlineData("RootManageSharedAccessKey", "wrong")]
    [InlineData("", "")]
    public async Task A_wrong_login_is_refused_for_good(string user, string password)
    {
        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => SendAsync(Connect(With(user, password))));

        Assert.False(failure.IsTransient);
        if (password.Length > 0)
            Assert.DoesNotContain(password, failure.Message, StringComparison.Ordinal);
    }

    private Uri With(string user, string password) =>
        new UriBuilder(Broker.Address) { UserName = user, Password = password }.Uri;
}

public sealed class TokenLoginTests : BrokerTest
{
    private readonly IssuedTokens _credential;

    public TokenLoginTests() => _credential = new IssuedTokens(Clock);

    private int _tokensPut;

    internal override EmbeddedBrokerOptions Options => new()
    {
        TokenValidator = put =>
        {
            Interlocked.Increment(ref _tokensPut);
            return put.Token.StartsWith("good", StringComparison.Ordinal);
        },
    };

    [Fact]
    public async Task A_token_opens_the_queue_and_its_management_node()
    {
        var queue = Connect(credential: _credential);
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);

        await delivery.RenewLockAsync(Stop);
        await delivery.CompleteAsync(Stop);

        Assert.Equal(["https://servicebus.azure.net/.default"], _credential.Scopes);
    }

    [Fact]
    public async Task Without_a_token_the_queue_is_closed()
    {
        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => SendAsync(Connect()));

        Assert.False(failure.IsTransient);
        Assert.Contains("amqp:unauthorized-access", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_reported_with_what_to_do()
    {
        _credential.Token = "bad";

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => SendAsync(Connect(credential: _credential)));

        Assert.False(failure.IsTransient);
        Assert.Contains("Azure Service Bus Data Sender", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires()
    {
        var queue = Connect(credential: _credential, time: Clock);
        await SendAsync(queue);
        var start = Clock.GetUtcNow();

        await EventuallyAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            return Volatile.Read(ref _tokensPut) >= 3;
        });

        // Later than the life of the first token: without the others the queue would be closed now.
        Assert.True(Clock.GetUtcNow() - start > TimeSpan.FromHours(1));
        await SendAsync(queue, "spam-2");
        Assert.Equal(2, Broker.Counts(Queue).Active);
    }
}
