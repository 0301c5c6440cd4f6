using System.Text.RegularExpressions;
using DotNet.Testcontainers.Containers;
using Pipeline.Tests.Containers;

namespace Pipeline.EndToEndTests;

/// <summary>A running trainer.</summary>
internal sealed class TrainerContainer(IContainer container) : IAsyncDisposable
{
    /// <summary>Ends it as a node that fails does: no signal it could handle, no time to say goodbye.</summary>
    public void Kill()
    {
        (bool succeeded, string output) = DockerEngine.Docker("kill", container.Id);
        Assert.True(succeeded, output);
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task<long> ExitCodeAsync(CancellationToken cancellationToken) => container.GetExitCodeAsync(cancellationToken);

    /// <summary>Waits until a line of its log fits.</summary>
    public async Task SaidAsync(string pattern, CancellationToken cancellationToken)
    {
        while (!Regex.IsMatch(await LogsAsync(), pattern))
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
    }

    public async Task<string> LogsAsync()
    {
        (string output, string errors) = await container.GetLogsAsync();
        return output + errors;
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
