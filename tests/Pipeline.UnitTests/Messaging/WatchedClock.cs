using Microsoft.Extensions.Time.Testing;

namespace Pipeline.UnitTests.Messaging;

/// <summary>A clock that tells how many timers were set on it, so that a test moves it on only when somebody waits.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private int _timers;

    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}
