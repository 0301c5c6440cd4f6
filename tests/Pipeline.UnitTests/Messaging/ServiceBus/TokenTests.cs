using Azure.Identity;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Core.Messaging;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

public sealed class TokenTests : ServiceBusTest
{
    [Fact]
    public async Task Each_link_has_a_token_for_its_own_address()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        Assert.Equal([Queue], TokensPut);

        await (await ReceiveAsync(queue)).RenewLockAsync(Stop);

        Assert.Equal([Queue, $"{Queue}/$management"], TokensPut.Distinct());
    }

    [Fact]
    public async Task When_a_token_runs_out_the_links_are_dropped_and_the_client_logs_in_anew()
    {
        // This client's own clock does not tell it that the token has run out.
        var queue = ConnectWithToken();
        var waiting = queue.ReceiveAsync(TimeSpan.FromSeconds(60), Stop);
        await EventuallyAsync(HasLink);
        var asked = Credential.Asked;

        Clock.Advance(Credential.Lifetime + TimeSpan.FromSeconds(1));
        await SendAsync(ConnectWithToken());

        Assert.Equal("spam-1", (await waiting)?.Request.RunId);
        Assert.InRange(Credential.Asked, asked + 2, asked + 3);
    }

    [Fact]
    public async Task A_client_whose_token_has_run_out_by_its_own_clock_asks_for_a_new_one_before_it_goes_on()
    {
        var clock = new FakeTimeProvider(Clock.GetUtcNow());
        var queue = ConnectWithToken(time: clock);
        await SendAsync(queue);
        Credential.Fail = () => new AuthenticationFailedException("The provider is down.");
        clock.Advance(Credential.Lifetime + TimeSpan.FromSeconds(1));
        Clock.Advance(Credential.Lifetime + TimeSpan.FromSeconds(1));
        Credential.Fail = null;

        // The pauses between tries are on the client's clock too.
        var sending = SendAsync(queue, "spam-2");
        await EventuallyAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return sending.IsCompleted;
        });

        await sending;
        Assert.Equal(2, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task A_provider_that_is_away_for_a_while_is_waited_for()
    {
        Credential.Fail = () => new CredentialUnavailableException("The endpoint of the managed identity does not answer.");
        var sending = SendAsync(ConnectWithToken());
        await EventuallyAsync(() => Credential.Asked >= 3);

        Credential.Fail = null;
        await sending;

        Assert.Equal(1, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task A_provider_that_stays_away_is_named_in_the_error()
    {
        Credential.Fail = () => new CredentialUnavailableException("The endpoint of the managed identity does not answer.");

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => ConnectWithToken().ReceiveAsync(TimeSpan.FromSeconds(1), Stop));

        Assert.True(failure.IsTransient);
        Assert.Contains("Could not get a token", failure.Message, StringComparison.Ordinal);
        Assert.Contains("The endpoint of the managed identity does not answer.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_hangs_holds_nobody_up_while_the_last_token_counts()
    {
        var clock = new FakeTimeProvider(Clock.GetUtcNow());
        var queue = ConnectWithToken(time: clock);
        await SendAsync(queue);
        Credential.Delay = new TaskCompletionSource().Task;
        clock.Advance(Credential.Lifetime * 0.9);
        await EventuallyAsync(() => Credential.Asked >= 2);

        await SendAsync(queue, "spam-2");

        Assert.Equal(2, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task A_message_is_kept_while_the_provider_is_away_and_completed_when_it_is_back()
    {
        Credential.Lifetime = TimeSpan.FromMinutes(2);
        var queue = ConnectWithToken();
        await SendAsync(queue);
        var delivery = await ReceiveAsync(queue);
        await delivery.RenewLockAsync(Stop);

        Clock.Advance(TimeSpan.FromMinutes(3));
        Credential.Fail = () => new AuthenticationFailedException("The provider is down.");
        var asked = Credential.Asked;
        TrainingQueueException failure;
        do
        {
            // First the link is found to be gone, then the token.
            failure = await Assert.ThrowsAsync<TrainingQueueException>(() => delivery.RenewLockAsync(Stop));
        }
        while (Credential.Asked == asked);

        Assert.True(failure.IsTransient);
        Assert.Contains("The provider is down.", failure.Message, StringComparison.Ordinal);
        Credential.Fail = null;
        await delivery.RenewLockAsync(Stop);
        await delivery.CompleteAsync(Stop);

        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task Tokens_of_all_addresses_are_renewed_in_time_although_the_link_for_them_was_detached()
    {
        var queue = ConnectWithToken(time: Clock);
        await SendAsync(queue);
        await (await ReceiveAsync(queue)).CompleteAsync(Stop);
        var start = Clock.GetUtcNow();

        await EventuallyAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            return TokensPut.Count(a => a == Queue) >= 3 && TokensPut.Count(a => a != Queue) >= 3;
        });

        Assert.True(Clock.GetUtcNow() - start > Credential.Lifetime);
    }

    [Fact]
    public async Task An_identity_without_a_role_is_refused_for_good_and_told_which_it_lacks()
    {
        Refusal = address => address == Queue ? new("amqp:unauthorized-access") { Description = "'Send' claim is required." } : null;

        var failure = await Assert.ThrowsAsync<TrainingQueueException>(() => SendAsync(ConnectWithToken()));

        Assert.False(failure.IsTransient);
        Assert.Contains("'Send' claim is required. Give the identity the roles Azure Service Bus Data Sender", failure.Message, StringComparison.Ordinal);
        // A fresh token was tried, and nothing more.
        Assert.Equal(2, Credential.Asked);
    }
}
