using Amqp;
using Amqp.Handler;
using EventId = Amqp.Handler.EventId;

namespace Pipeline.Local.Broker;

/// <summary>A message on its way to a receiver, that knows the tag it is to be delivered with.</summary>
internal sealed class TaggedMessage : Message
{
    public TaggedMessage(MessageLock held)
    {
        Token = held.Token;
        using var copy = held.Message.ForDelivery(held.Until);
        (Header, DeliveryAnnotations, MessageAnnotations) = (copy.Header, copy.DeliveryAnnotations, copy.MessageAnnotations);
        (Properties, ApplicationProperties, BodySection, Footer) = (copy.Properties, copy.ApplicationProperties, copy.BodySection, copy.Footer);
    }

    public Guid Token { get; }
}

/// <summary>Makes the lock token the delivery tag; the library would count instead.</summary>
internal sealed class DeliveryTagging : IHandler
{
    public bool CanHandle(EventId id) => id == EventId.SendDelivery;

    public void Handle(Event protocolEvent)
    {
        // The library also comes here with received messages.
        if (protocolEvent.Id == EventId.SendDelivery && protocolEvent.Context is IDelivery { Message: TaggedMessage message } delivery)
            delivery.Tag = message.Token.ToByteArray();
    }
}
