using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Declares the queue on RabbitMQ, and the dead-letter queue <c>{queue}-dead-letter</c> beside it, over the node <c>/management</c>
/// (HTTP semantics in AMQP messages). A queue that an operator declared differently is left as it is.
/// </summary>
internal static class RabbitMqTopology
{
    private const string Node = "/management";
    private const string QueuePrefix = "/queues/";
    private const string LinkName = "management-link-pair";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static async Task EnsureAsync(
        Session session, AmqpEndpoint endpoint, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (!endpoint.Entity.StartsWith(QueuePrefix, StringComparison.Ordinal))
            return;
        var name = Uri.UnescapeDataString(endpoint.Entity[QueuePrefix.Length..]);
        var deadLetter = $"{name}-dead-letter";

        var sender = new SenderLink(session, LinkName, PairedAttach(), null);
        var receiver = new ReceiverLink(session, LinkName, PairedAttach(), null);
        // RabbitMQ refuses a request whose answer it may not send yet: one credit for each of the two answers.
        receiver.SetCredit(2, CreditMode.Manual);
        await DeclareAsync(deadLetter, new Map { ["x-queue-type"] = "quorum" });
        await DeclareAsync(name, new Map
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = (long)endpoint.DeliveryLimit,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = deadLetter,
            // The default, at-most-once, may lose a message on its way to the dead-letter queue; this one needs reject-publish.
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        });
        await sender.CloseAsync(Timeout);
        await receiver.CloseAsync(Timeout);

        async Task DeclareAsync(string queue, Map arguments)
        {
            using var request = new Message(new Map
            {
                ["durable"] = true,
                ["exclusive"] = false,
                ["auto_delete"] = false,
                ["arguments"] = arguments,
            })
            {
                Properties = new Properties
                {
                    MessageId = Guid.NewGuid().ToString("N"),
                    Subject = "PUT",
                    To = QueuePrefix + Uri.EscapeDataString(queue),
                    ReplyTo = "$me",
                },
            };
            await sender.SendAsync(request, Timeout);
            using var reply = await receiver.ReceiveAsync(Timeout).WaitAsync(Timeout, time, cancellationToken)
                ?? throw new TimeoutException($"RabbitMQ did not answer the declaration of the queue '{queue}'.");
            receiver.Accept(reply);
            switch (reply.Properties.Subject)
            {
                case "200" or "201":
                    break;
                case "409":
                    logger.LogWarning("The queue '{Queue}' exists with other arguments and is used as it is: {Answer}", queue, reply.Body);
                    break;
                default:
                    throw new TrainingQueueException(
                        $"RabbitMQ refused to declare the queue '{queue}' with {reply.Properties.Subject}: {reply.Body}. " +
                        "Give the user the permission 'configure' on it, or declare it beforehand.");
            }
        }
    }

    // Two links of one name with the property "paired" make one request-response channel.
    private static Attach PairedAttach() => new()
    {
        SndSettleMode = SenderSettleMode.Settled,
        RcvSettleMode = ReceiverSettleMode.First,
        Source = new Source { Address = Node },
        Target = new Target { Address = Node },
        Properties = new Fields { [new Symbol("paired")] = true },
    };
}
