using Amqp.Framing;
using Amqp.Types;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The two dialects of peek-lock.</summary>
internal enum BrokerKind
{
    /// <summary>Azure Service Bus and the embedded broker: locks expire and are renewed over <c>$management</c>.</summary>
    ServiceBus,

    /// <summary>RabbitMQ 4: a message is held as long as its link lives.</summary>
    RabbitMq,
}

internal static class BrokerKindDetection
{
    /// <summary>RabbitMQ names itself in its open frame; anything else is taken to speak Service Bus's protocol.</summary>
    public static BrokerKind BrokerKind(this Open open) =>
        open.Properties?[new Symbol("product")] is string product && product.StartsWith("RabbitMQ", StringComparison.Ordinal)
            ? Amqp.BrokerKind.RabbitMq
            : Amqp.BrokerKind.ServiceBus;
}
