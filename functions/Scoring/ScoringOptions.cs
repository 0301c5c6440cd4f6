using System.ComponentModel.DataAnnotations;
using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Scoring;

/// <summary>Habits of classifying whole files; configuration section <c>Pipeline:Scoring</c>.</summary>
internal sealed class ScoringOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Scoring";

    /// <summary>
    /// How long one call of the function works on a file before it hands the rest to another by a message. Default 20 minutes; it must be
    /// well below the function's time limit in <c>host.json</c>.
    /// </summary>
    [TimeRange("00:00:00", "00:25:00")]
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// Texts of files that wait for models at once. Default 32. Requests over HTTP stand in line behind them at most, since the model's
    /// queue is served in the order of arrival.
    /// </summary>
    [Range(1, 1_024)]
    public int TextsAtOnce { get; set; } = 32;

    /// <summary>Rows of a block of the result, at most. Default 1,024. A killed instance loses the block it was at.</summary>
    [Range(1, 1_000_000)]
    public int BlockRows { get; set; } = 1_024;

    /// <summary>Bytes of the file's rows in a block, about. Default 1 MiB.</summary>
    [Range(1, 64 << 20)]
    public int BlockBytes { get; set; } = 1 << 20;

    /// <summary>Runs of the model for each row of a file whose options say <c>explain</c>. Default 32.</summary>
    [Range(8, 1_024)]
    public int ExplainPasses { get; set; } = 32;
}
