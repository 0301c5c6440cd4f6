using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace Pipeline.Tests.Containers;

/// <summary>Azurite's blob service with many accounts, so that each test class, or each test, can have one of its own.</summary>
internal sealed class AzuriteContainer : IAsyncDisposable
{
    private const int Accounts = 512;
    private const int Port = 10000;

    // Any Base64 will do for an emulator's key.
    private static readonly string Key = Convert.ToBase64String("a key of the emulator, not a secret"u8);

    private readonly IContainer _container;
    private int _taken;

    private AzuriteContainer(IContainer container) => _container = container;

    public static async Task<AzuriteContainer> StartAsync(INetwork? network = null, string alias = "azurite")
    {
        var accounts = string.Join(';', Enumerable.Range(1, Accounts).Select(number => $"{AccountName(number)}:{Key}"));
        ContainerBuilder builder = TestImages.Start(TestImages.Azurite)
            .WithCommand("azurite-blob", "--blobHost", "0.0.0.0", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence", "--silent")
            .WithEnvironment("AZURITE_ACCOUNTS", accounts)
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Azurite Blob service successfully listens", wait => wait.WithTimeout(TimeSpan.FromMinutes(2))));
        if (network is not null)
            builder = builder.WithNetwork(network).WithNetworkAliases(alias);
        IContainer container = builder.Build();
        await container.StartAsync();
        return new AzuriteContainer(container);
    }

    /// <summary>The number of an account that nobody has used yet.</summary>
    public int TakeAccount()
    {
        int number = Interlocked.Increment(ref _taken);
        return number <= Accounts ? number : throw new InvalidOperationException($"All {Accounts} accounts are taken: raise {nameof(Accounts)}.");
    }

    /// <summary>For clients on this machine.</summary>
    public string ConnectionString(int account) =>
        ConnectionString(account, $"{_container.Hostname}:{_container.GetMappedPublicPort(Port)}");

    /// <summary>For clients in the container's network, where it goes by <paramref name="alias"/>.</summary>
    public static string ConnectionStringInside(int account, string alias = "azurite") => ConnectionString(account, $"{alias}:{Port}");

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private static string AccountName(int number) => $"account{number}";

    private static string ConnectionString(int account, string host)
    {
        string name = AccountName(account);
        return $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={Key};BlobEndpoint=http://{host}/{name};";
    }
}
