namespace Pipeline.Functions.Ingestion.FanOut;

/// <summary>From which size on several instances work on a dataset; configuration section <c>Pipeline:Ingest</c>.</summary>
internal sealed record IngestOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Ingest";

    /// <summary>Larger datasets are cut into parts, in bytes. Default 1 GiB.</summary>
    public long FanOutBytes { get; init; } = 1L << 30;

    /// <summary>Size of a part in bytes, about. Default 256 MiB.</summary>
    public long PartBytes { get; init; } = 256L << 20;
}
