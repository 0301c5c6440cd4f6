using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging;

public sealed class EmbeddedBrokerContractTests : TrainingQueueContract
{
    private EmbeddedBroker _broker = null!;

    protected override Uri Broker => _broker.Address;

    protected override string Entity => "training-requests";

    public override async ValueTask InitializeAsync() =>
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions(), TimeProvider.System);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _broker.DisposeAsync();
    }

    protected override async Task<DeadMessage> TakeDeadAsync()
    {
        using var dead = await RawAmqp.ReceiveAsync(Broker, "training-requests/$DeadLetterQueue");
        return new DeadMessage(
            dead.Properties.MessageId,
            (string?)dead.ApplicationProperties["DeadLetterReason"],
            (string?)dead.ApplicationProperties["DeadLetterErrorDescription"]);
    }
}
