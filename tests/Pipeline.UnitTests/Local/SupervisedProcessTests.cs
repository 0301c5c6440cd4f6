using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Pipeline.Local;
using Pipeline.Local.Processes;

namespace Pipeline.UnitTests.Local;

public sealed class SupervisedProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-local-");
    private readonly FakeTimeProvider _time = new();
    private readonly PipelineLog _log;

    public SupervisedProcessTests() => _log = new PipelineLog(Path.Combine(_folder.FullName, "log"), _time);

    public void Dispose()
    {
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_program_that_dies_is_started_again_and_that_is_said()
    {
        var notices = new List<string>();
        _log.Notice += notices.Add;
        await using var process = Sleeping();
        var first = process.ProcessId;

        Process.GetProcessById(first).Kill(entireProcessTree: true);
        while (process.Restarted == 0)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.NotEqual(first, process.ProcessId);
        Assert.Contains("sleeper ended with exit code", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_was_stopped_stays_down()
    {
        var process = Sleeping();
        var id = process.ProcessId;

        await process.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{id}"));
        Assert.Equal(0, process.Restarted);
    }

    private SupervisedProcess Sleeping() => new(new ProcessSpec { Name = "sleeper", FileName = "sleep", Arguments = ["300"] }, _log, _time);
}
