using System.Globalization;

namespace Pipeline.Core;

/// <summary>The process's own account of its memory, by the kernel; null where there is no <c>/proc</c>.</summary>
public static class ProcessMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>What is resident now (bytes).</summary>
    public static long? Resident => Read("VmRSS:");

    /// <summary>The most that was resident (bytes).</summary>
    public static long? Peak => Read("VmHWM:");

    private static long? Read(string field)
    {
        if (!File.Exists(Status))
            return null;
        var line = File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10; // kB
    }
}
