namespace Pipeline.Core.Feedback;

/// <summary>Learning from use; configuration section <c>Pipeline:Feedback</c>.</summary>
public sealed class FeedbackOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Feedback";

    /// <summary>
    /// Whether corrections are taken and predictions are counted. Default false: corrections are texts of users, which nobody should keep
    /// without having decided to.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>How often counts of predictions are written. Default 5 minutes; a killed instance loses what it had counted since.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMinutes(5);
}
