using System.ComponentModel.DataAnnotations;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Api.Validate;

/// <summary>Limits of <c>POST /api/datasets/validate</c>; configuration section <c>Pipeline:Validation</c>.</summary>
internal sealed class ValidationOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Validation";

    /// <summary>Bytes of a request's body. Default 50 MiB.</summary>
    [Range(1_024, 1L << 30)]
    public long MaxBodyBytes { get; set; } = 50 << 20;

    /// <summary>Bytes that a gzipped body may unpack to. Default 1 GiB.</summary>
    [Range(1_024, 1L << 40)]
    public long MaxUnpackedBytes { get; set; } = 1L << 30;

    /// <summary>Requests that are worked on at once; another gets 429. Default 2.</summary>
    [Range(1, 64)]
    public int MaxConcurrent { get; set; } = 2;

    /// <summary>How long a request may take, its upload included. Default 200 s: Azure's load balancer gives up after 230.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(200);
}
