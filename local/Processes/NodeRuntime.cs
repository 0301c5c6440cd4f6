namespace Pipeline.Local.Processes;

/// <summary>Node.js and npm as found on PATH.</summary>
internal static class NodeRuntime
{
    private const int OldestMajor = 20;
    private const string Fix = "Install Node.js 20 or newer with npm (https://nodejs.org, or your system's package 'nodejs npm') and run the command again.";

    /// <summary>Makes sure that a fitting Node.js is there.</summary>
    /// <exception cref="LocalException">None, or one that is too old.</exception>
    public static async Task RequireAsync(string purpose, PipelineLog log, CancellationToken cancellationToken)
    {
        var result = await CommandLine.RunAsync(
            new ProcessSpec { Name = "node", FileName = "node", Arguments = ["--version"] }, TimeSpan.FromSeconds(20), log, cancellationToken)
            ?? throw new LocalException($"Node.js, which {purpose}, was not found on PATH.", Fix);
        if (result.ExitCode != 0 || !Version.TryParse(result.Output.Trim().TrimStart('v'), out var version) || version.Major < OldestMajor)
            throw new LocalException($"Node.js, which {purpose}, is too old or does not run: 'node --version' says '{result.Output.Trim()}'.", Fix);
    }

    /// <summary>Runs npm; its words go to the log.</summary>
    /// <exception cref="LocalException">npm is missing or fails.</exception>
    public static async Task<string> NpmAsync(IReadOnlyList<string> arguments, string folder, PipelineLog log, CancellationToken cancellationToken)
    {
        var spec = new ProcessSpec { Name = "npm", FileName = "npm", Arguments = arguments, WorkingDirectory = folder };
        var result = await CommandLine.RunAsync(spec, TimeSpan.FromMinutes(5), log, cancellationToken)
            ?? throw new LocalException("npm was not found on PATH.", Fix);
        if (result.ExitCode != 0)
            throw new LocalException(
                $"'npm {string.Join(' ', arguments)}' failed with exit code {result.ExitCode}:\n{LastLines(result.Output, 8)}",
                $"Check that npm reaches its registry (npm ping). All of its output: {log.Path}");
        return result.Output;
    }

    private static string LastLines(string output, int count) => string.Join('\n', output.TrimEnd().Split('\n').TakeLast(count));
}
