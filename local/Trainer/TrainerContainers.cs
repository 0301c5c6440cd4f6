using Pipeline.Local.Processes;

namespace Pipeline.Local.Trainer;

/// <summary>
/// Starts a trainer container while there are messages, as the scale rule of a Container Apps job does: it counts all messages
/// that are not settled, the locked ones included, and starts as many containers as there are more messages than containers.
/// </summary>
/// <param name="image">The trainer's image.</param>
/// <param name="environment">Variables for the container.</param>
/// <param name="most">Containers at once.</param>
/// <param name="unsettled">How many messages the queue holds.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainerContainers(
    string image, IReadOnlyDictionary<string, string> environment, int most, Func<int> unsettled, PipelineLog log, TimeProvider time)
{
    /// <summary>The image's name when none is given.</summary>
    public const string DefaultImage = "pipeline-trainer";

    private static readonly TimeSpan PollingInterval = TimeSpan.FromSeconds(1);

    /// <summary>The command line of one container.</summary>
    public ProcessSpec Container { get; } = new()
    {
        Name = "trainer",
        FileName = "docker",
        // The emulators listen on the machine's own loopback, so the container shares its network.
        Arguments = ["run", "--rm", "--network", "host", .. environment.SelectMany(e => new[] { "-e", $"{e.Key}={e.Value}" }), image, "--once"],
    };

    /// <summary>Makes sure that the image is there.</summary>
    /// <exception cref="LocalException">No engine, or no image.</exception>
    public static async Task RequireAsync(DockerEngine docker, string image, CancellationToken cancellationToken)
    {
        if (!await docker.IsRunningAsync(cancellationToken))
            throw new LocalException("--containers needs a Docker engine, and none answers.", "Start Docker, or leave out --containers.");
        if (!await docker.HasImageAsync(image, cancellationToken))
            throw new LocalException($"There is no Docker image '{image}'.", "Build it in the repository: ./build-images.sh trainer");
    }

    /// <summary>Starts containers until cancelled, then stops them.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = new List<ChildProcess>();
        using var timer = new PeriodicTimer(PollingInterval, time);
        try
        {
            do
            {
                await ReapAsync(running);
                if (running.Count < Math.Min(unsettled(), most))
                    running.Add(Launch());
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Write("local", $"stopping {running.Count} trainer container(s)");
        }
        finally
        {
            foreach (var container in running)
                await container.DisposeAsync();
        }
    }

    private ChildProcess Launch()
    {
        log.Write("local", $"a message waits: starting a container of {image}");
        return ChildProcess.Start(Container, line => log.Write("trainer", LogLine.Readable(line)));
    }

    private async Task ReapAsync(List<ChildProcess> running)
    {
        foreach (var container in running.Where(c => c.Exited.IsCompleted).ToList())
        {
            running.Remove(container);
            log.Write("local", $"the trainer container ended with exit code {await container.Exited}");
            await container.DisposeAsync();
        }
    }
}
