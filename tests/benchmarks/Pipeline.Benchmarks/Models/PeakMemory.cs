using Pipeline.Core;

namespace Pipeline.Benchmarks.Models;

/// <summary>The process's own account of its memory.</summary>
internal static class PeakMemory
{
    /// <summary>The most that was resident since the last <see cref="Reset"/>, in bytes.</summary>
    public static long Peak => ProcessMemory.Peak!.Value;

    /// <summary>What is resident now, in bytes.</summary>
    public static long Resident => ProcessMemory.Resident!.Value;

    /// <summary>Begins a new peak.</summary>
    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", "5");
}
