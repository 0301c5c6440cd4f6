using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pipeline.Local.Processes;

/// <summary>A running program under <see cref="Guard"/>, whose lines go to a sink.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private readonly ProcessSpec _spec;
    private readonly Process _process;
    private readonly Task _output;

    private ChildProcess(ProcessSpec spec, Process process, Action<string> line)
    {
        (_spec, _process) = (spec, process);
        Id = process.Id;
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, line), PumpAsync(process.StandardError, line));
        Exited = WaitAsync();
    }

    /// <summary>The process id, which is also that of its process group.</summary>
    public int Id { get; }

    /// <summary>Ends with the exit code when the program has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="line">Called with each line of stdout and stderr, from pool threads.</param>
    public static ChildProcess Start(ProcessSpec spec, Action<string> line)
    {
        var (fileName, arguments) = Guard.Wrap(spec);
        var info = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = spec.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in spec.Environment)
            info.Environment[name] = value;
        try
        {
            return new ChildProcess(spec, Process.Start(info)!, line);
        }
        catch (Win32Exception e)
        {
            throw new LocalException(
                $"The program 'setsid', which starts {spec.Name}, cannot be run: {e.Message}.",
                "Install util-linux (on Debian and Ubuntu: apt-get install util-linux).", e);
        }
    }

    /// <summary>Asks the program to end, kills it if it does not in time, and returns when it is gone.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await Exited.WaitAsync(_spec.StopTimeout + TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            KillGroup();
            await Exited;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        // The program has ended; what it started must not stay behind and hold its output open.
        KillGroup();
        await _output;
        return _process.ExitCode;
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
            line(text);
    }

    // ESRCH, the group is empty, is the usual and wanted answer.
    private void KillGroup() => _ = Kill(-Id, SigKill);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
