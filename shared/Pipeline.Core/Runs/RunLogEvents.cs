using Microsoft.Extensions.Logging;

namespace Pipeline.Core.Runs;

/// <summary>Ids of log entries that an alert looks for.</summary>
public static class RunLogEvents
{
    /// <summary>A run has failed for good, whoever found out. The infrastructure's alert searches the logs for its number.</summary>
    public static readonly EventId RunFailed = new(2001, nameof(RunFailed));
}
