using Pipeline.Core.Costs;

namespace Pipeline.Trainer.Jobs;

/// <summary>Makes a meter for each piece of work. The first one of a container that works on one message has its start and the wait for the message too.</summary>
/// <param name="time">The clock.</param>
/// <param name="rates">What the seconds cost.</param>
/// <param name="started">When the program began, where it works on one message only; null: what was before a message is nobody's.</param>
internal sealed class UsageMeters(TimeProvider time, RateOptions rates, DateTimeOffset? started)
{
    private DateTimeOffset? _started = started;

    /// <summary>Starts the next.</summary>
    public UsageMeter Next()
    {
        var earlier = _started is { } start ? time.GetUtcNow() - start : TimeSpan.Zero;
        _started = null;
        return new UsageMeter(time, rates, earlier);
    }
}
