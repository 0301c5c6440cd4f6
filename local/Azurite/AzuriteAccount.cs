namespace Pipeline.Local.Azurite;

/// <summary>The account that every Azurite knows. Name and key are public and the same on every machine.</summary>
internal static class AzuriteAccount
{
    private const string Name = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The connection string for an Azurite that listens on a port of 127.0.0.1.</summary>
    public static string ConnectionString(int blobPort) =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{blobPort}/{Name};";
}
