using System.Runtime.Versioning;

namespace Pipeline.InfraTests;

/// <summary>A folder of programs that stand in for those that a script calls, before all others of the same name.</summary>
[SupportedOSPlatform("linux")]
internal sealed class StandIns : IDisposable
{
    /// <summary>The folder; a script runs in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pipeline-stand-ins-").FullName;

    /// <summary>Makes one, a shell script. What it appends to <c>$CALLS</c> are its <see cref="CallsAsync"/>.</summary>
    public async Task AddAsync(string name, string script)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script.ReplaceLineEndings("\n")}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Runs a script of the repository with them.</summary>
    /// <param name="shell"><c>sh</c> or <c>bash</c>.</param>
    /// <param name="script">Its path in the repository.</param>
    /// <param name="environment">Further variables; null removes one.</param>
    /// <param name="arguments">Of the script.</param>
    public Task<ProgramRun> RunAsync(string shell, string script, IReadOnlyDictionary<string, string?> environment, params string[] arguments) => ProgramRun.OfAsync(
        Folder,
        new Dictionary<string, string?>(environment)
        {
            ["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CALLS"] = Calls,
        },
        shell, [Repository.File(script.Split('/')), .. arguments]);

    /// <summary>How they were called, in order.</summary>
    public Task<string[]> CallsAsync() => File.ReadAllLinesAsync(Calls);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Calls => Path.Combine(Folder, "calls");
}
