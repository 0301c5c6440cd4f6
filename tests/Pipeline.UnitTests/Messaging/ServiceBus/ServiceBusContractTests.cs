using Azure.Core;
using Azure.Messaging.ServiceBus;
using Pipeline.Local.Broker;
using Pipeline.Tests.Messaging;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>The contract on a broker that behaves as Azure Service Bus does, over TLS and with tokens.</summary>
public sealed class ServiceBusContractTests : TrainingQueueContract
{
    private readonly TestCertificates _certificates = new();
    private EmbeddedBroker _broker = null!;
    private ServiceBusClient _official = null!;

    protected override Uri Broker => _broker.Address;

    protected override string Entity => "training-requests";

    protected override TokenCredential Credential { get; } = new IssuedTokens(TimeProvider.System);

    protected override string CertificateAuthority => _certificates.File;

    public override async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions
            {
                Certificate = _certificates.Issue(),
                // A message whose receiver is gone comes back when this is over.
                LockDuration = TimeSpan.FromSeconds(4),
                Queues = [Entity],
                ReleaseOnLinkLoss = false,
                TokenValidator = put => put is { Type: "jwt", Token: "good" },
            },
            TimeProvider.System);
        _official = OfficialClient.Connect(_broker, Credential, _certificates);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _official.DisposeAsync();
        await _broker.DisposeAsync();
        _certificates.Dispose();
    }

    protected override async Task<DeadMessage> TakeDeadAsync()
    {
        await using var receiver = _official.CreateReceiver(Entity, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(30), Stop);
        await receiver.CompleteMessageAsync(dead, Stop);
        return new DeadMessage(dead.MessageId, dead.DeadLetterReason, dead.DeadLetterErrorDescription);
    }

    protected override async Task SendTextAsync(string body)
    {
        await using var sender = _official.CreateSender(Entity);
        await sender.SendMessageAsync(new ServiceBusMessage(body), Stop);
    }
}
