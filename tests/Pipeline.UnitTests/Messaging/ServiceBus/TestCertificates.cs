using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

/// <summary>An authority of the test's own, which no system trusts, and certificates that it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(9));
        File = Path.GetTempFileName();
        System.IO.File.WriteAllText(File, _authority.ExportCertificatePem());
    }

    /// <summary>The authority's certificate, as PEM.</summary>
    public string File { get; }

    /// <summary>A server's certificate with its key.</summary>
    /// <param name="address">The one address that it is for.</param>
    /// <param name="daysLeft">How long it still holds; negative: it has expired.</param>
    public X509Certificate2 Issue(string address = "127.0.0.1", int daysLeft = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var until = DateTimeOffset.UtcNow.AddDays(daysLeft);
        using var issued = request.Create(_authority, until.AddDays(-1.5), until, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        // TLS on some systems takes no key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _authority.Dispose();
        System.IO.File.Delete(File);
    }
}
