using Amqp;
using Amqp.Framing;
using Amqp.Sasl;

namespace Pipeline.Tests.Messaging;

/// <summary>A plain AMQP client, to put in and take out what the training queue would not.</summary>
internal static class RawAmqp
{
    public static async Task SendAsync(Uri broker, string entity, Message message)
    {
        var connection = await ConnectAsync(broker);
        var session = new Session(connection);
        var link = new SenderLink(session, $"raw-{Guid.NewGuid():N}", entity);
        await link.SendAsync(message);
        await connection.CloseAsync();
    }

    public static async Task SendTextAsync(Uri broker, string entity, string body)
    {
        using var message = new Message
        {
            Header = new Header { Durable = true },
            Properties = new Properties { MessageId = $"raw-{Guid.NewGuid():N}" },
            BodySection = new Data { Binary = System.Text.Encoding.UTF8.GetBytes(body) },
        };
        await SendAsync(broker, entity, message);
    }

    /// <summary>Takes one message and accepts it.</summary>
    public static async Task<Message> ReceiveAsync(Uri broker, string entity)
    {
        var connection = await ConnectAsync(broker);
        var session = new Session(connection);
        var link = new ReceiverLink(session, $"raw-{Guid.NewGuid():N}", entity);
        link.SetCredit(1, CreditMode.Manual);
        var message = await link.ReceiveAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(message);
        link.Accept(message);
        await link.CloseAsync();
        await connection.CloseAsync();
        return message;
    }

    private static Task<Connection> ConnectAsync(Uri broker)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        return factory.CreateAsync(new Address(broker.AbsoluteUri));
    }
}
