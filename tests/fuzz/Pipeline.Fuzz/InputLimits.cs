using System.Diagnostics;

namespace Pipeline.Fuzz;

/// <summary>What one input may take.</summary>
/// <param name="Time">From the clock; generous, since a busy machine must not look like a hang.</param>
/// <param name="Bytes">Memory that is allocated in all, also what is freed at once. A reader's own buffers are some hundred kilobytes.</param>
internal sealed record InputLimits(TimeSpan Time, long Bytes)
{
    /// <summary>Ten seconds and 256 MB: the longest record that readers hold is 16 MB, growing by doubling.</summary>
    public static InputLimits Usual { get; } = new(TimeSpan.FromSeconds(10), 256L << 20);

    /// <summary>Runs an input.</summary>
    /// <returns>What is wrong with how it went, or null.</returns>
    public string? Check(FuzzTarget target, byte[] input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var time = Stopwatch.GetElapsedTime(began);
        if (bytes > Bytes)
            return $"allocation: {bytes:N0} bytes";
        return time > Time ? $"hang: {time.TotalSeconds:F1} s" : null;
    }
}
