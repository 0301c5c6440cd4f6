namespace Pipeline.Functions.Triggers;

/// <summary>
/// How long a delivery that failed waits before it fails. Service Bus hands a message out again at once, so that all its deliveries would be
/// gone within seconds of an outage; the host renews the message's lock meanwhile.
/// </summary>
internal static class RedeliveryWait
{
    /// <summary>Ten deliveries, as a message has, then last at least 13 minutes; a longer wait would take up a call of the host for longer.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    /// <summary>When a call must have ended at the latest: <c>functionTimeout</c> in <c>host.json</c> less a minute. The host ends the program, with all its calls, where one takes longer.</summary>
    private static readonly TimeSpan _longestCall = TimeSpan.FromMinutes(29);

    /// <summary>The wait: two seconds after the first delivery, twice as long after each further one.</summary>
    /// <param name="deliveryCount">How often the message was delivered, this time included.</param>
    /// <param name="worked">How long this call has taken so far.</param>
    public static TimeSpan After(int deliveryCount, TimeSpan worked)
    {
        // A dead-letter queue gives a message out without end.
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Clamp(deliveryCount, 1, 30)));
        TimeSpan[] limits = [wait, _longest, _longestCall - worked];
        return limits.Min() is var least && least > TimeSpan.Zero ? least : TimeSpan.Zero;
    }
}
