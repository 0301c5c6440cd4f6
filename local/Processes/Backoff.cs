namespace Pipeline.Local.Processes;

/// <summary>Waiting times that double from <paramref name="First"/> up to <paramref name="Longest"/>.</summary>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait before a try.</summary>
    /// <param name="failures">How many tries have failed so far, from 1.</param>
    public TimeSpan After(int failures)
    {
        var wait = First * Math.Pow(2, Math.Min(failures - 1, 30));
        return wait < Longest ? wait : Longest;
    }
}
