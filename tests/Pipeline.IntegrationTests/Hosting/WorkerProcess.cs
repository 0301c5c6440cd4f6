using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Local.Hosting;
using Pipeline.Tests.Containers;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The isolated worker as a program.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const string Build = "dotnet build functions -p:FunctionsHosting=IsolatedWorker -p:FunctionsExtensions=false";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private WorkerProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = _process.WaitForExitAsync();
    }

    /// <summary>Where it was built.</summary>
    public static string Folder => Repository.PathOf("functions/bin/isolated/Debug/net10.0/linux-x64");

    /// <summary>Ends with the process.</summary>
    public Task Exited { get; }

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it as the host does.</summary>
    /// <param name="host">Where the host listens for gRPC.</param>
    /// <param name="account">Connection string of the storage account, for the app and for the blob trigger.</param>
    /// <param name="settings">Further configuration, <c>key=value</c>.</param>
    public static WorkerProcess Start(Uri host, string account, IEnumerable<string> settings)
    {
        var start = new ProcessStartInfo(ChildPrograms.DotNet()) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Folder, (string)Description()["defaultWorkerPath"]!));
        foreach (var (name, value) in new[] { ("uri", host.ToString()), ("worker-id", "worker"), ("request-id", "request"), ("grpc-max-message-length", "2147483647") })
        {
            start.ArgumentList.Add($"--functions-{name}");
            start.ArgumentList.Add(value);
        }

        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = Folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["PipelineStorage"] = account;
        start.Environment["Pipeline__Storage__ConnectionString"] = account;
        start.Environment["Pipeline__Queue__Address"] = "amqp://127.0.0.1:1";
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            start.Environment[setting[..equals].Replace(":", "__", StringComparison.Ordinal)] = setting[(equals + 1)..];
        }

        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>What the build says of how to start it.</summary>
    /// <exception cref="InvalidOperationException">It was not built.</exception>
    public static JsonNode Description()
    {
        var file = Path.Combine(Folder, "worker.config.json");
        return File.Exists(file)
            ? JsonNode.Parse(File.ReadAllText(file))!["description"]!
            : throw new InvalidOperationException($"The isolated worker is not built; there is no {file}. Build it: {Build}");
    }

    public async ValueTask DisposeAsync()
    {
        // It was told to end.
        await Task.WhenAny(Exited, Task.Delay(Grace));
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
