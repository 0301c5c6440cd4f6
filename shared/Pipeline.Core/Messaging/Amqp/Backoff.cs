namespace Pipeline.Core.Messaging.Amqp;

/// <summary>The pauses between tries: 100 ms, doubled each time, at most 5 s.</summary>
internal struct Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _last;

    public TimeSpan Next()
    {
        _last = _last == TimeSpan.Zero ? First : _last * 2;
        if (_last > Longest)
            _last = Longest;
        return _last;
    }
}
