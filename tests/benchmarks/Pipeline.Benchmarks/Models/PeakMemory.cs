using System.Globalization;

namespace Pipeline.Benchmarks.Models;

/// <summary>The process's own account of its memory.</summary>
internal static class PeakMemory
{
    /// <summary>The most that was resident since the last <see cref="Reset"/>, in bytes.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>What is resident now, in bytes.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>Begins a new peak.</summary>
    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Read(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
