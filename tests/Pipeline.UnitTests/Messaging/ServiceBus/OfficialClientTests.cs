using System.Text;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Functions.Envelope;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>
/// Azure's own client finds at the test's broker what it finds at Azure, and understands our client at the other end. What these
/// tests hold the broker to, the other tests of this folder hold our client to.
/// </summary>
public sealed class OfficialClientTests : ServiceBusTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ServiceBusClient _official = null!;

    internal override EmbeddedBrokerOptions Options => base.Options with { TokenValidator = put => put is { Type: "servicebus.windows.net:sastoken" } or { Type: "jwt", Token: "good" } };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _official = OfficialClient.Connect(Broker);
    }

    public override async ValueTask DisposeAsync()
    {
        await _official.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Ours_receives_what_it_sends()
    {
        await SendOfficiallyAsync(new ServiceBusMessage("""{"run_id":"spam-1","model_name":"spam"}""") { MessageId = "spam-1" });

        var delivery = await ReceiveAsync(ConnectWithToken());

        Assert.Equal((new TrainingRequest("spam-1", "spam"), 1), (delivery.Request, delivery.DeliveryCount));
        await delivery.CompleteAsync(Stop);
    }

    [Fact]
    public async Task It_receives_what_ours_sends_and_completes_it()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);

        var message = await TakeAsync(receiver);

        Assert.Equal("spam-1", message.MessageId);
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("""{"run_id":"spam-1","model_name":"spam"}""", message.Body.ToString());
        Assert.Equal(1, message.DeliveryCount);
        Assert.Equal(1, message.SequenceNumber);
        Assert.Equal(ServiceBusMessageState.Active, message.State);
        Assert.Equal(Clock.GetUtcNow(), message.EnqueuedTime, TimeSpan.FromMilliseconds(1));
        Assert.Equal(Clock.GetUtcNow() + Options.LockDuration, message.LockedUntil, TimeSpan.FromMilliseconds(1));
        Assert.Null(message.DeadLetterReason);

        await receiver.CompleteMessageAsync(message, Stop);
        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 0), Broker.Counts(Queue));
    }

    [Fact]
    public async Task What_it_abandons_comes_again_with_a_higher_delivery_count()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        await receiver.AbandonMessageAsync(await TakeAsync(receiver), cancellationToken: Stop);

        var ours = await ReceiveAsync(ConnectWithToken());
        Assert.Equal(2, ours.DeliveryCount);
        await ours.AbandonAsync(Stop);

        Assert.Equal(3, (await TakeAsync(receiver)).DeliveryCount);
    }

    [Fact]
    public async Task What_it_dead_letters_ours_receives_with_reason_and_description()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        await receiver.DeadLetterMessageAsync(await TakeAsync(receiver), "no-such-run", "The run record is gone.", Stop);

        await using var dead = TrainingQueueFactory.CreateFor(
            $"{Queue}/$DeadLetterQueue", new QueueOptions { Address = Broker.Address }, TimeProvider.System, NullLoggerFactory.Instance, Credential);
        var message = await dead.ReceiveAsync(Patience, Stop);

        Assert.Equal(("spam-1", "no-such-run", "The run record is gone."),
            (message!.MessageId, message.ApplicationProperties["DeadLetterReason"], message.ApplicationProperties["DeadLetterErrorDescription"]));
        await message.CompleteAsync(Stop);
        Assert.Equal(0, Broker.Counts(Queue).DeadLettered);
    }

    [Fact]
    public async Task What_it_dead_letters_without_a_reason_has_none()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        await receiver.DeadLetterMessageAsync(await TakeAsync(receiver), cancellationToken: Stop);

        await using var dead = DeadLetters();
        var message = await TakeAsync(dead);

        Assert.Equal(("spam-1", null, null), (message.MessageId, message.DeadLetterReason, message.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task It_peeks_and_receives_what_ours_dead_letters()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        await SendAsync(queue, "spam-2");
        await (await ReceiveAsync(queue)).DeadLetterAsync("no-such-run", "The run record is gone.", Stop);
        await (await ReceiveAsync(queue)).DeadLetterAsync("model-too-large", "It does not fit.", Stop);
        await using var dead = DeadLetters();

        var peeked = await dead.PeekMessagesAsync(10, cancellationToken: Stop);
        Assert.Equal([("spam-1", "no-such-run"), ("spam-2", "model-too-large")], peeked.Select(m => (m.MessageId, m.DeadLetterReason)));
        Assert.Empty(await dead.PeekMessagesAsync(10, cancellationToken: Stop));

        var message = await TakeAsync(dead);
        Assert.Equal(("no-such-run", "The run record is gone."), (message.DeadLetterReason, message.DeadLetterErrorDescription));
        await dead.CompleteMessageAsync(message, Stop);
        Assert.Equal(1, Broker.Counts(Queue).DeadLettered);
    }

    [Fact]
    public async Task What_was_delivered_too_often_lies_dead_with_the_brokers_reason()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        for (var i = 1; i <= Options.MaxDeliveryCount; i++)
        {
            var message = await TakeAsync(receiver);
            Assert.Equal(i, message.DeliveryCount);
            await receiver.AbandonMessageAsync(message, cancellationToken: Stop);
        }

        await using var dead = DeadLetters();

        Assert.Equal(("MaxDeliveryCountExceeded", "Message could not be consumed after 10 delivery attempts."),
            await TakeAsync(dead) is var last ? (last.DeadLetterReason, last.DeadLetterErrorDescription) : default);
    }

    [Fact]
    public async Task It_renews_a_lock()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        var message = await TakeAsync(receiver);

        Clock.Advance(TimeSpan.FromMinutes(4));
        await receiver.RenewMessageLockAsync(message, Stop);

        Assert.Equal(Clock.GetUtcNow() + Options.LockDuration, message.LockedUntil, TimeSpan.FromMilliseconds(1));
        Clock.Advance(TimeSpan.FromMinutes(4));
        await receiver.CompleteMessageAsync(message, Stop);
        Assert.Equal(0, Broker.Counts(Queue).Locked);
    }

    [Fact]
    public async Task It_learns_that_a_lock_is_lost()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        var message = await TakeAsync(receiver);

        Clock.Advance(Options.LockDuration);

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, await ReasonAsync(() => receiver.RenewMessageLockAsync(message, Stop)));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, await ReasonAsync(() => receiver.CompleteMessageAsync(message, Stop)));
        Assert.Equal(1, Broker.Counts(Queue).Active);
    }

    [Fact]
    public async Task It_settles_over_the_management_node_what_came_over_a_link_that_was_dropped()
    {
        await SendAsync(ConnectWithToken());
        await SendAsync(ConnectWithToken(), "spam-2");
        await using var receiver = _official.CreateReceiver(Queue);
        var first = await TakeAsync(receiver);
        var second = await TakeAsync(receiver);

        Assert.Equal(1, DropLinks());
        await EventuallyAsync(() => !HasLink());
        // What comes over a connection comes in order: with this answer the client knows that its link is gone. Before, it would give the message up.
        await receiver.PeekMessageAsync(cancellationToken: Stop);
        await receiver.CompleteMessageAsync(first, Stop);
        await receiver.DeadLetterMessageAsync(second, "no-such-run", "The run record is gone.", Stop);

        Assert.Equal(new(Queue, Active: 0, Locked: 0, DeadLettered: 1), Broker.Counts(Queue));
        await using var dead = DeadLetters();
        Assert.Equal("no-such-run", (await TakeAsync(dead)).DeadLetterReason);
    }

    [Fact]
    public async Task It_sends_many_messages_as_one_and_a_second_with_the_same_id_is_dropped()
    {
        await using var sender = _official.CreateSender(Queue);
        await sender.SendMessagesAsync(new[] { "spam-1", "spam-2", "spam-1" }.Select(id => new ServiceBusMessage("{}") { MessageId = id }), Stop);

        await SendAsync(ConnectWithToken(), "spam-2");

        await using var receiver = _official.CreateReceiver(Queue);
        Assert.Equal(["spam-1", "spam-2"], (await receiver.PeekMessagesAsync(10, cancellationToken: Stop)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task It_learns_that_there_is_no_such_queue()
    {
        await using var sender = _official.CreateSender("no-such-queue");

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, await ReasonAsync(() => sender.SendMessageAsync(new ServiceBusMessage("{}"), Stop)));
    }

    [Fact]
    public async Task It_learns_that_the_broker_defers_nothing()
    {
        await SendAsync(ConnectWithToken());
        await using var receiver = _official.CreateReceiver(Queue);
        var message = await TakeAsync(receiver);

        await Assert.ThrowsAsync<NotSupportedException>(() => receiver.DeferMessageAsync(message, cancellationToken: Stop));

        Assert.Equal(1, Broker.Counts(Queue).Locked);
    }

    [Fact]
    public async Task It_learns_that_the_broker_is_busy()
    {
        await using var receiver = _official.CreateReceiver(Queue);
        await SendAsync(ConnectWithToken());
        var message = await TakeAsync(receiver);
        var once = 0;
        Refusal = _ => Interlocked.Increment(ref once) == 1 ? new("com.microsoft:server-busy") { Description = "Wait." } : null;

        // Its one retry comes after ten seconds.
        await receiver.RenewMessageLockAsync(message, Stop);

        Assert.True(once >= 2);
    }

    [Fact]
    public async Task It_learns_that_its_token_is_refused()
    {
        using var certificates = new TestCertificates();
        await using var broker = await EmbeddedBroker.StartAsync(Options with { Certificate = certificates.Issue() }, Clock);
        Credential.Token = "bad";
        await using var client = OfficialClient.Connect(broker, Credential, certificates);
        await using var sender = client.CreateSender(Queue);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => sender.SendMessageAsync(new ServiceBusMessage("{}"), Stop));
    }

    [Fact]
    public async Task It_learns_the_limit_of_a_message()
    {
        await using var sender = _official.CreateSender(Queue);

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded,
            await ReasonAsync(() => sender.SendMessageAsync(new ServiceBusMessage(new byte[Options.MaxMessageBytes]), Stop)));
    }

    [Fact]
    public async Task What_it_reads_of_a_dead_message_reaches_the_function_that_gives_the_run_up()
    {
        var queue = ConnectWithToken();
        await SendAsync(queue);
        await (await ReceiveAsync(queue)).DeadLetterAsync("no-such-run", "The run record is gone.", Stop);
        await using var dead = DeadLetters();
        var message = await TakeAsync(dead);

        // As the host does it: the Service Bus extension gives it the message's ApplicationProperties among the binding data, and the
        // host writes whatever JSON takes for an object as one, and all else as JSON in a string.
        var envelope = new JsonObject
        {
            ["Data"] = new JsonObject { ["message"] = JsonValue.Create(message.Body.ToString()).ToJsonString() },
            ["Metadata"] = new JsonObject
            {
                ["MessageId"] = JsonValue.Create(message.MessageId).ToJsonString(),
                ["ApplicationProperties"] = System.Text.Json.JsonSerializer.SerializeToNode(message.ApplicationProperties),
            },
        };
        var invocation = await Invocation.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope.ToJsonString())), Stop);

        Assert.Equal("no-such-run", invocation.DeadLetterReason);
        Assert.Equal("The run record is gone.", invocation.DeadLetterDescription);
    }

    private ServiceBusReceiver DeadLetters() => _official.CreateReceiver(Queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    private async Task SendOfficiallyAsync(ServiceBusMessage message)
    {
        await using var sender = _official.CreateSender(Queue);
        await sender.SendMessageAsync(message, Stop);
    }

    private static async Task<ServiceBusReceivedMessage> TakeAsync(ServiceBusReceiver receiver)
    {
        var message = await receiver.ReceiveMessageAsync(Patience, Stop);
        Assert.NotNull(message);
        return message;
    }

    private static async Task<ServiceBusFailureReason> ReasonAsync(Func<Task> act) => (await Assert.ThrowsAsync<ServiceBusException>(act)).Reason;
}
