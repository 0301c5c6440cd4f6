namespace Pipeline.Local.Processes;

/// <summary>Runs a short-lived program to its end.</summary>
internal static class CommandLine
{
    /// <summary>Runs a program and hands its lines to the log.</summary>
    /// <returns>Exit code and output; null where there is no such program.</returns>
    /// <exception cref="TimeoutException">It did not end in time and was stopped.</exception>
    public static async Task<CommandResult?> RunAsync(
        ProcessSpec spec, TimeSpan limit, PipelineLog? log, CancellationToken cancellationToken)
    {
        if (!Path.IsPathRooted(spec.FileName) && FindOnPath(spec.FileName) is null)
            return null;
        var lines = new List<string>();
        await using var process = ChildProcess.Start(spec, line =>
        {
            lock (lines)
                lines.Add(line);
            log?.Write(spec.Name, line);
        });
        try
        {
            var code = await process.Exited.WaitAsync(limit, cancellationToken);
            return new CommandResult(code, string.Join('\n', lines));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"'{spec.FileName} {string.Join(' ', spec.Arguments)}' did not end within {limit.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>The full path of an executable, or null.</summary>
    public static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

/// <summary>How a program ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output);
