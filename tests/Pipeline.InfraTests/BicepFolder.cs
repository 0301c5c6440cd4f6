using System.Text.Json.Nodes;

namespace Pipeline.InfraTests;

/// <summary>A copy of <c>infra/</c>, because the compiler writes beside what it reads.</summary>
public sealed class BicepFolder : IDisposable
{
    private readonly Dictionary<string, string?> _environment = new()
    {
        // The compiler is a single-file program that needs no ICU where it is not installed.
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["EVENTS_SYSTEM_KEY"] = "key-of-the-test",
        ["FUNCTIONS_HOST"] = "functions.example",
        // What a developer's shell may hold must not change the result.
        ["ALERT_EMAIL"] = null,
        ["AZURE_ENV_NAME"] = null,
        ["AZURE_LOCATION"] = null,
        ["AZURE_PRINCIPAL_ID"] = null,
        ["AZURE_PRINCIPAL_TYPE"] = null,
        ["BUDGET_START_DATE"] = null,
        ["ENTRA_AUDIENCE"] = null,
        ["ENTRA_TENANT_ID"] = null,
        ["FUNCTIONS_HOSTING"] = null,
        ["FUNCTIONS_PLAN"] = null,
        ["PRIVATE_NETWORKING"] = null,
        ["RATES_CURRENCY"] = null,
        ["SERVICE_FUNCTIONS_IMAGE_NAME"] = null,
        ["SERVICE_TRAINER_IMAGE_NAME"] = null,
        ["TRAINER_PROFILE"] = null,
        ["TRAINING_RATES"] = null,
    };

    public BicepFolder()
    {
        Path = Directory.CreateTempSubdirectory("pipeline-infra-").FullName;
        var source = Repository.File("infra");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Path { get; }

    public void Set(string variable, string value) => _environment[variable] = value;

    internal Task<ProgramRun> RunAsync(params string[] arguments) =>
        ProgramRun.OfAsync(Path, _environment, Repository.BicepCompiler, arguments);

    /// <summary>The ARM template of a file.</summary>
    internal async Task<string> CompileAsync(string bicepFile)
    {
        var run = await RunAsync("build", bicepFile, "--stdout");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        return run.Output;
    }

    /// <summary>What a deployment with a parameter file would make, with all that is known before it begins worked out.</summary>
    /// <param name="parameterFile">The parameter file.</param>
    /// <param name="resourceGroup">Where a template goes that is not for a whole subscription.</param>
    internal async Task<Deployment> PredictAsync(string parameterFile, string? resourceGroup = null)
    {
        var run = await SnapshotAsync(parameterFile, resourceGroup);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var snapshot = System.IO.Path.ChangeExtension(System.IO.Path.Combine(Path, parameterFile), ".snapshot.json");
        return new Deployment(JsonNode.Parse(await File.ReadAllTextAsync(snapshot))!);
    }

    /// <summary>What is said of a deployment that is refused.</summary>
    internal async Task<string> RefusalAsync(string parameterFile)
    {
        var run = await SnapshotAsync(parameterFile);
        Assert.NotEqual(0, run.ExitCode);
        return run.Output + run.Errors;
    }

    private Task<ProgramRun> SnapshotAsync(string parameterFile, string? resourceGroup = null)
    {
        string[] target = resourceGroup is null ? [] : ["--resource-group", resourceGroup];
        return RunAsync([
            "snapshot", parameterFile, "--mode", "overwrite", "--location", "westeurope",
            "--subscription-id", "00000000-0000-0000-0000-000000000001", .. target]);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
