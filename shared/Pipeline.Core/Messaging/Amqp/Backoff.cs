namespace Pipeline.Core.Messaging.Amqp;

/// <summary>
/// The pauses between tries: 100 ms, doubled each time, at most 10 s; of each a random part of up to a half is left out, so that
/// clients which lost their broker together do not come back together.
/// </summary>
internal struct Backoff(Random random)
{
    /// <summary>What Azure asks for where it is busy: its own clients pause for 10 s.</summary>
    public static readonly TimeSpan WhenBusy = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _last;

    public TimeSpan Next()
    {
        _last = _last == TimeSpan.Zero ? First : _last * 2;
        if (_last > Longest)
            _last = Longest;
        return _last * (1 - (random.NextDouble() / 2));
    }
}
