using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// Accepts a broker's certificate that the system trusts, or that one of the given authorities issued. Its host name and its dates
/// must be right in either case.
/// </summary>
internal sealed class CertificateTrust(X509Certificate2Collection authorities)
{
    /// <summary>As <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // A private authority seldom publishes what it has revoked.
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        using var presented = new X509Certificate2(certificate);
        return own.Build(presented);
    }
}
