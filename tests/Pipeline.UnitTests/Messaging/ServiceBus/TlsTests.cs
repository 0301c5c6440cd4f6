using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Messaging;
using Pipeline.Local.Broker;

namespace Pipeline.UnitTests.Messaging.ServiceBus;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task A_broker_whose_authority_is_named_is_trusted()
    {
        Assert.Null(await SendAsync(_certificates.Issue(), _certificates.File));
    }

    [Fact]
    public async Task A_broker_whose_authority_nobody_knows_is_refused_with_what_to_do()
    {
        var failure = await SendAsync(_certificates.Issue(), authority: null);

        Assert.False(failure?.IsTransient);
        Assert.Contains("Pipeline:Queue:CertificateAuthority", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_one_of_another_authority()
    {
        using var others = new TestCertificates();

        Assert.False((await SendAsync(_certificates.Issue(), others.File))?.IsTransient);
    }

    [Fact]
    public async Task So_is_one_whose_certificate_is_for_another_address() =>
        Assert.False((await SendAsync(_certificates.Issue("127.0.0.2"), _certificates.File))?.IsTransient);

    [Fact]
    public async Task So_is_one_whose_certificate_has_expired() =>
        Assert.False((await SendAsync(_certificates.Issue(daysLeft: -1), _certificates.File))?.IsTransient);

    [Theory]
    [InlineData("/no/such/file.pem", "cannot be read")]
    [InlineData(null, "has no certificate")]
    public void A_file_without_an_authority_is_named(string? file, string expected)
    {
        var empty = Path.GetTempFileName();
        try
        {
            var options = new QueueOptions { Address = new Uri("amqps://localhost"), CertificateAuthority = file ?? empty };

            var failure = Assert.Throws<InvalidOperationException>(() => TrainingQueueFactory.Create(options, TimeProvider.System, NullLoggerFactory.Instance));

            Assert.Contains(file ?? empty, failure.Message, StringComparison.Ordinal);
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(empty);
        }
    }

    private static async Task<TrainingQueueException?> SendAsync(X509Certificate2 certificate, string? authority)
    {
        using (certificate)
        {
            await using var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Certificate = certificate }, TimeProvider.System);
            await using var queue = TrainingQueueFactory.Create(
                new QueueOptions { Address = broker.Address, CertificateAuthority = authority }, TimeProvider.System, NullLoggerFactory.Instance);
            try
            {
                await queue.SendAsync(new TrainingRequest("spam-1", "spam"), Stop);
            }
            catch (TrainingQueueException e)
            {
                Assert.Equal(new(new QueueOptions().EntityPath, 0, 0, 0), broker.Counts(new QueueOptions().EntityPath));
                return e;
            }

            Assert.Equal(1, broker.Counts(new QueueOptions().EntityPath).Active);
            return null;
        }
    }
}
