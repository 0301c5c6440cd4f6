namespace Pipeline.Benchmarks.Serving;

/// <summary>What a figure has to be read beside.</summary>
internal static class Machine
{
    /// <summary>Cores, and the load of the last minute.</summary>
    public static string Describe() => $"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}";
}
