using System.Security.Cryptography.X509Certificates;
using Amqp;
using Azure.Core;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>Where a queue is and how to log in there.</summary>
/// <param name="Uri">Scheme, host, port and perhaps <c>user:password</c>.</param>
/// <param name="Entity">The queue's address at the broker.</param>
/// <param name="Credential">Source of tokens for <c>$cbs</c>; null: log in over SASL.</param>
/// <param name="DeliveryLimit">Deliveries after which the queue gives a message up, where the client declares it.</param>
internal sealed record AmqpEndpoint(Uri Uri, string Entity, TokenCredential? Credential, int DeliveryLimit)
{
    /// <summary>Who else than the system's authorities may have issued the broker's certificate; null: nobody.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>What a token is put for to open a link to an address at the broker.</summary>
    public string AudienceOf(string address) => $"sb://{Uri.Host}/{address}";

    /// <summary>The address of the node that renews locks and settles messages whose link is gone.</summary>
    public string ManagementNode => $"{Entity}/$management";

    /// <summary>For messages to people: the password is never in it.</summary>
    public override string ToString() => $"queue '{Entity}' at {Uri.Scheme}://{Uri.Host}:{ToAddress().Port}";

    /// <summary>The library's form of the address; the library undoes no percent-encoding in this one, so it is done here.</summary>
    public Address ToAddress()
    {
        var (user, password) = SplitUserInfo();
        return new Address(Uri.Host, Uri.Port, user, password, "/", Uri.Scheme);
    }

    private (string? User, string? Password) SplitUserInfo()
    {
        if (Credential is not null || Uri.UserInfo.Length == 0)
            return (null, null);
        var colon = Uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(Uri.UserInfo), "")
            : (Uri.UnescapeDataString(Uri.UserInfo[..colon]), Uri.UnescapeDataString(Uri.UserInfo[(colon + 1)..]));
    }
}
