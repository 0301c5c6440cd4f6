using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Pipeline.Local.Broker;

/// <summary>A message as the broker keeps it: the sender's bytes, and what has happened to it.</summary>
internal sealed record StoredMessage(long Sequence, string? MessageId, DateTimeOffset EnqueuedAt, byte[] Encoded)
{
    public int Deliveries { get; set; }

    public string? DeadLetterReason { get; set; }

    public string? DeadLetterDescription { get; set; }

    /// <summary>A copy for one delivery, with the header and annotations that Service Bus gives it.</summary>
    public Message ForDelivery(DateTimeOffset lockedUntil)
    {
        var message = Copy();
        message.Header.DeliveryCount = (uint)(Deliveries - 1);
        message.MessageAnnotations[new Symbol("x-opt-locked-until")] = lockedUntil.UtcDateTime;
        return message;
    }

    /// <summary>A copy to look at, encoded.</summary>
    public byte[] ForPeek()
    {
        using var message = Copy();
        message.Header.DeliveryCount = (uint)Deliveries;
        var encoded = message.Encode();
        return encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();
    }

    private Message Copy()
    {
        var message = Message.Decode(new ByteBuffer(Encoded, 0, Encoded.Length, Encoded.Length));
        message.Header ??= new Header();
        message.MessageAnnotations ??= new MessageAnnotations();
        message.MessageAnnotations[new Symbol("x-opt-sequence-number")] = Sequence;
        message.MessageAnnotations[new Symbol("x-opt-enqueued-time")] = EnqueuedAt.UtcDateTime;
        SetProperty("DeadLetterReason", DeadLetterReason);
        SetProperty("DeadLetterErrorDescription", DeadLetterDescription);
        return message;

        void SetProperty(string name, string? value)
        {
            if (value is null)
                return;
            message.ApplicationProperties ??= new ApplicationProperties();
            message.ApplicationProperties[name] = value;
        }
    }
}
