using System.Collections.Concurrent;
using System.Diagnostics;
using Pipeline.Local.Processes;

namespace Pipeline.UnitTests.Local;

public class ChildProcessTests
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Fact]
    public async Task Its_lines_and_exit_code_arrive()
    {
        await using var child = Start("echo out; echo err >&2; exit 7");

        Assert.Equal(7, await child.Exited);
        Assert.Equal(["err", "out"], _lines.Order());
    }

    [Fact]
    public async Task Stopping_asks_first()
    {
        await using var child = Start("trap 'echo stopped; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await LineAsync("ready");

        await child.StopAsync();

        Assert.Contains("stopped", _lines);
        Assert.Equal(0, await child.Exited);
    }

    [Fact]
    public async Task What_does_not_listen_is_killed()
    {
        await using var child = Start("trap '' TERM; echo ready; while :; do sleep 0.05; done", TimeSpan.FromSeconds(1));
        await LineAsync("ready");

        await child.StopAsync();

        Assert.True(child.Exited.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_a_child_leaves_behind_dies_with_it()
    {
        await using var child = Start("sleep 300 & echo $!; exit 0");
        await child.Exited;

        await GoneAsync(int.Parse(Assert.Single(_lines)));
    }

    // The parent's end of the pipe is held by a process that is killed without a chance to clean up.
    [Fact]
    public async Task A_killed_parent_takes_its_children_along()
    {
        using var folder = new TemporaryFolder();
        var pipe = folder.PathOf("pipe");
        using (var mkfifo = Process.Start("mkfifo", pipe))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var (guard, arguments) = Guard.Wrap(new ProcessSpec
        {
            Name = "child", FileName = "/bin/sh", Arguments = ["-c", "trap '' TERM; echo $$; while :; do sleep 0.05; done"], StopTimeout = TimeSpan.FromSeconds(1),
        });
        using var parent = Process.Start("/bin/sh", ["-c", $"exec 9>'{pipe}'; exec sleep 300"]);
        using var guarded = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" <'{pipe}'", "sh", guard, .. arguments]) { RedirectStandardOutput = true })!;
        var child = int.Parse((await guarded.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.True(Directory.Exists($"/proc/{child}"));

        parent.Kill();

        await GoneAsync(child);
        await guarded.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private ChildProcess Start(string script, TimeSpan? stopTimeout = null) => ChildProcess.Start(
        new ProcessSpec { Name = "child", FileName = "/bin/sh", Arguments = ["-c", script], StopTimeout = stopTimeout ?? TimeSpan.FromSeconds(20) },
        _lines.Enqueue);

    private async Task LineAsync(string line)
    {
        while (!_lines.Contains(line))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private static async Task GoneAsync(int processId)
    {
        while (Directory.Exists($"/proc/{processId}"))
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
