using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using Pipeline.Core.Messaging.Amqp;

namespace Pipeline.Core.Messaging;

/// <summary>Makes the queue that the configuration names. Nothing is connected before the first send or receive.</summary>
public static class TrainingQueueFactory
{
    private const string ServiceBusHostSuffix = ".servicebus.windows.net";

    /// <summary>
    /// The queue of <paramref name="options"/>. Authentication: the user info of the address over SASL PLAIN (percent-encoded);
    /// without one, a token of the process's identity on <c>*.servicebus.windows.net</c>, and SASL ANONYMOUS elsewhere.
    /// </summary>
    /// <param name="options">Broker and queue.</param>
    /// <param name="time">The clock of time-outs, back-off and token refresh.</param>
    /// <param name="loggers">Where reconnects and dead-lettered messages are told.</param>
    /// <param name="credential">A credential to use with any broker that has a <c>$cbs</c> node, instead of what the address implies.</param>
    /// <exception cref="InvalidOperationException">No address is configured, its scheme is neither <c>amqp</c> nor <c>amqps</c>, or the authority's file cannot be read.</exception>
    public static ITrainingQueue Create(
        QueueOptions options, TimeProvider time, ILoggerFactory loggers, TokenCredential? credential = null) =>
        new AmqpTrainingQueue(EndpointOf(options, options.EntityPath, credential, DeliveryLimits.TrainingRequests), time, loggers.CreateLogger<AmqpTrainingQueue>());

    /// <summary>Another queue of the same broker, from which functions take messages.</summary>
    /// <param name="entityPath">The queue as the broker addresses it.</param>
    /// <param name="options">The broker.</param>
    /// <param name="time">The clock of time-outs, back-off and token refresh.</param>
    /// <param name="loggers">Where reconnects and dead-lettered messages are told.</param>
    /// <param name="credential">As in <see cref="Create"/>.</param>
    /// <exception cref="InvalidOperationException">As in <see cref="Create"/>.</exception>
    public static IMessageQueue CreateFor(
        string entityPath, QueueOptions options, TimeProvider time, ILoggerFactory loggers, TokenCredential? credential = null) =>
        new AmqpMessageQueue(EndpointOf(options, entityPath, credential, DeliveryLimits.Functions), time, loggers.CreateLogger<AmqpMessageQueue>());

    private static AmqpEndpoint EndpointOf(QueueOptions options, string entityPath, TokenCredential? credential, int deliveryLimit)
    {
        var address = options.Address ?? throw new InvalidOperationException(
            $"No queue configured. Set {QueueOptions.Section}:{nameof(QueueOptions.Address)}, for example to amqps://NAMESPACE{ServiceBusHostSuffix}.");
        if (address.Scheme is not ("amqp" or "amqps"))
        {
            throw new InvalidOperationException(
                $"{QueueOptions.Section}:{nameof(QueueOptions.Address)} has the scheme '{address.Scheme}'. Use amqps:// (or amqp:// without TLS).");
        }

        return new AmqpEndpoint(address, entityPath, credential ?? CredentialFor(address, options.ClientId), deliveryLimit)
        {
            CertificateAuthorities = options.CertificateAuthority is null ? null : Authorities(options.CertificateAuthority),
        };
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : throw new InvalidOperationException(
                $"{QueueOptions.Section}:{nameof(QueueOptions.CertificateAuthority)} names '{file}', which has no certificate in PEM form.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException(
                $"{QueueOptions.Section}:{nameof(QueueOptions.CertificateAuthority)} names '{file}', which cannot be read: {e.Message}", e);
        }
    }

    private static TokenCredential? CredentialFor(Uri address, string? clientId)
    {
        if (address.UserInfo.Length > 0 || !address.Host.EndsWith(ServiceBusHostSuffix, StringComparison.OrdinalIgnoreCase))
            return null;
        return clientId is null
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
    }
}
