namespace Pipeline.Local.Processes;

/// <summary>The Docker engine, where there is one.</summary>
internal sealed class DockerEngine(PipelineLog log)
{
    /// <summary>True if an engine answers.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken) =>
        await SucceedsAsync(["version", "--format", "{{.Server.Version}}"], TimeSpan.FromSeconds(10), cancellationToken);

    /// <summary>True if the image lies on this machine.</summary>
    public async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken) =>
        await SucceedsAsync(["image", "inspect", "--format", "{{.Id}}", image], TimeSpan.FromSeconds(10), cancellationToken);

    /// <summary>Fetches an image.</summary>
    /// <returns>False where it cannot be had.</returns>
    public async Task<bool> PullAsync(string image, CancellationToken cancellationToken) =>
        await SucceedsAsync(["pull", "--quiet", image], TimeSpan.FromMinutes(2), cancellationToken);

    private async Task<bool> SucceedsAsync(IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var spec = new ProcessSpec { Name = "docker", FileName = "docker", Arguments = arguments, StopTimeout = TimeSpan.FromSeconds(1) };
            return await CommandLine.RunAsync(spec, limit, log, cancellationToken) is { ExitCode: 0 };
        }
        catch (TimeoutException e)
        {
            log.Write("docker", e.Message);
            return false;
        }
    }
}
