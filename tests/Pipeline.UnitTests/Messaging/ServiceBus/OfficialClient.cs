using Azure.Core;
using Azure.Messaging.ServiceBus;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>Azure's own client, pointed at a broker of the test.</summary>
internal static class OfficialClient
{
    /// <summary>Over plain TCP with a shared access signature, as it talks to the emulator.</summary>
    public static ServiceBusClient Connect(EmbeddedBroker broker) => new(
        $"Endpoint=sb://{broker.Address.Authority};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true;",
        new ServiceBusClientOptions { RetryOptions = Retry });

    /// <summary>Over TLS with a token, as it talks to Azure.</summary>
    public static ServiceBusClient Connect(EmbeddedBroker broker, TokenCredential credential, TestCertificates certificates) => new(
        "pipeline.servicebus.windows.net",
        credential,
        new ServiceBusClientOptions
        {
            CustomEndpointAddress = new Uri($"sb://{broker.Address.Authority}"),
            CertificateValidationCallback = new Core.Messaging.Amqp.CertificateTrust([System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(certificates.File)]).IsTrusted,
            RetryOptions = Retry,
        });

    private static ServiceBusRetryOptions Retry => new() { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(100), TryTimeout = TimeSpan.FromSeconds(20) };
}
