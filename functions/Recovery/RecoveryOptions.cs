using Pipeline.Functions.Hosting;

namespace Pipeline.Functions.Recovery;

/// <summary>When a run counts as left alone; configuration section <c>Pipeline:Recovery</c>.</summary>
internal sealed class RecoveryOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Recovery";

    /// <summary>
    /// Age of the last sign of life from which on a trainer counts as gone for good. Default 10 minutes: a message whose trainer was killed is
    /// free again after one minute, and a container needs some minutes to start.
    /// </summary>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a run whose message was sent again may wait for a trainer before it is failed. Default 1 day: a GPU may be hard to get.</summary>
    [TimeRange("00:01:00", "14.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a dataset may be read before its run is failed. Default 3 days: by then the queue has long given up the message of the upload, and of each part.</summary>
    [TimeRange("01:00:00", "14.00:00:00")]
    public TimeSpan ValidatingAtMost { get; set; } = TimeSpan.FromDays(3);
}
