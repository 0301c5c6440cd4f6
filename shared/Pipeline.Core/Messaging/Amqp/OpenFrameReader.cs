using Amqp.Framing;
using Amqp.Handler;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Keeps the broker's open frame, in which it says what it is.</summary>
internal sealed class OpenFrameReader : IHandler
{
    public Open? Open { get; private set; }

    public bool CanHandle(EventId id) => id == EventId.ConnectionRemoteOpen;

    public void Handle(Event protocolEvent) => Open = (Open)protocolEvent.Context;
}
