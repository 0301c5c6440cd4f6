namespace Pipeline.Local.Broker;

internal static class Clocks
{
    /// <summary>A wait that is no busy one: timers count in milliseconds.</summary>
    public static TimeSpan AtLeastTheGrain(this TimeSpan wait) => wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
}
