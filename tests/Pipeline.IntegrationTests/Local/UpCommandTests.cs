using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Pipeline.Local.Hosting;
using Pipeline.Local.Processes;

namespace Pipeline.IntegrationTests.Local;

/// <summary><c>up</c> as a user runs it: a program with the storage emulator, the functions app and the trainer as children.</summary>
public sealed partial class UpCommandTests : IAsyncLifetime
{
    private const int SigTerm = 15;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-up-");
    private readonly List<Process> _started = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        if (CommandLine.FindOnPath("npm") is null)
            Assert.Skip("The storage emulator needs Node.js with npm, which this machine lacks.");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Sigterm_stops_every_part_and_counts_as_success()
    {
        var (up, _) = await StartAsync();
        var children = Descendants(up.Id);
        Assert.True(children.Count >= 2, $"only {children.Count} children");

        Assert.Equal(0, Kill(up.Id, SigTerm));
        await up.WaitForExitAsync(Cancellation);

        Assert.Equal(0, up.ExitCode);
        Assert.All(children, child => Assert.False(IsAlive(child)));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "session.json")));
    }

    [Fact]
    public async Task A_killed_up_leaves_nobody_behind()
    {
        var (up, _) = await StartAsync();
        var children = Descendants(up.Id);

        up.Kill(entireProcessTree: false);

        while (children.Any(IsAlive))
            await Task.Delay(50, Cancellation);
    }

    [Fact]
    public async Task The_api_answers_and_a_second_up_on_the_folder_is_refused()
    {
        var (_, api) = await StartAsync();

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("healthy", (string?)JsonNode.Parse(await http.GetStringAsync(new Uri(api, "/api/health"), Cancellation))!["status"]);

        var second = Launch();
        var words = await second.StandardOutput.ReadToEndAsync(Cancellation);
        await second.WaitForExitAsync(Cancellation);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("runs already", words, StringComparison.Ordinal);
    }

    private Process Launch()
    {
        var program = typeof(ChildPrograms).Assembly.Location;
        var process = Process.Start(new ProcessStartInfo(ChildPrograms.DotNet(), [program, "up", "--data", _folder.FullName, "--port", "0", "--azurite", "npm"])
        {
            RedirectStandardOutput = true,
        })!;
        _started.Add(process);
        return process;
    }

    private async Task<(Process Up, Uri Api)> StartAsync()
    {
        var up = Launch();
        var words = new List<string>();
        while (await up.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            words.Add(line);
            if (line.Contains("The pipeline is up", StringComparison.Ordinal))
                return (up, Session.Running(StateFolder.At(_folder.FullName)).Api);
        }

        throw new InvalidOperationException($"'up' ended before it was up:\n{string.Join('\n', words)}");
    }

    private static List<int> Descendants(int parent)
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!)).ToDictionary(id => id, Parent);
        var found = new List<int> { parent };
        for (var i = 0; i < found.Count; i++)
            found.AddRange(parents.Where(p => p.Value == found[i]).Select(p => p.Key));
        return found[1..];
    }

    // The fourth field of /proc/{id}/stat, after the name in parentheses. A process may end while it is being read.
    private static int Parent(int id)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // A zombie is dead; in a container nobody may be there to bury it.
    private static bool IsAlive(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
