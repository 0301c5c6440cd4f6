using System.Diagnostics;
using System.Runtime.InteropServices;
using Pipeline.Local.Hosting;

namespace Pipeline.IntegrationTests.Training;

/// <summary>The trainer as a program of its own, so that it can be killed.</summary>
internal sealed partial class TrainerProcess : IDisposable
{
    private const int Sigterm = 15;
    private readonly Process _process;
    private readonly Task<string> _output;

    private TrainerProcess(Process process)
    {
        _process = process;
        _output = ReadAsync(process);
    }

    /// <summary>What it wrote, for a failing test's message.</summary>
    public Task<string> Output => _output;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    /// <param name="storage">Connection string of the account.</param>
    /// <param name="broker">Address of the broker.</param>
    /// <param name="mode">Whether it works on one message or stays.</param>
    /// <param name="checkpointInterval">Time between two checkpoints; null: none.</param>
    /// <param name="maxAttempts">Attempts in a row without progress after which a run is given up.</param>
    public static TrainerProcess Start(string storage, Uri broker, string mode = "--once", TimeSpan? checkpointInterval = null, int maxAttempts = 5)
    {
        var start = new ProcessStartInfo(ChildPrograms.DotNet(), [ChildPrograms.Trainer, mode]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Pipeline__Storage__ConnectionString"] = storage;
        start.Environment["Pipeline__Queue__Address"] = broker.ToString();
        start.Environment["Pipeline__Trainer__CheckpointInterval"] = (checkpointInterval ?? TimeSpan.Zero).ToString();
        start.Environment["Pipeline__Trainer__HeartbeatInterval"] = "00:00:00.1";
        start.Environment["Pipeline__Trainer__WatchInterval"] = "00:00:00.1";
        start.Environment["Pipeline__Trainer__MaxAttemptsWithoutProgress"] = maxAttempts.ToString();
        start.Environment["Pipeline__Trainer__Threads"] = "1";
        return new TrainerProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL: no last word.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>SIGTERM, as a container is stopped.</summary>
    public void Terminate() => Assert.Equal(0, Signal(_process.Id, Sigterm));

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return string.Concat(texts);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
