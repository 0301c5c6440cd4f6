namespace Pipeline.Functions.Serving;

/// <summary>Ids of the log lines of serving that an alert may be made of; a table in <c>docs/operations.md</c> says what to do.</summary>
internal static class ServingEvents
{
    /// <summary>A version cannot be loaded.</summary>
    public static readonly EventId VersionLoadFailed = new(4001, nameof(VersionLoadFailed));
}
