using System.Runtime.Versioning;

namespace Pipeline.InfraTests;

/// <summary><c>infra/lock-images.sh</c>, <c>.ci/vulnerable</c> and <c>.ci/sbom</c> with stand-ins for the programs that ask the internet.</summary>
[SupportedOSPlatform("linux")]
public sealed class SupplyChainScriptTests : IDisposable
{
    private const string Old = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private const string New = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    private readonly StandIns _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public async Task Base_images_get_the_digest_of_their_tag_and_a_newer_one_takes_its_place()
    {
        var file = Path.Combine(_programs.Folder, "Dockerfile");
        await File.WriteAllTextAsync(
            file, $"ARG SDK_IMAGE=mcr.example/dotnet/sdk:10.0\nARG BASE_IMAGE=debian:trixie-slim@{Old}\nARG HOSTING=CustomHandler\nFROM ${{SDK_IMAGE}} AS build\nFROM debian:trixie-slim AS slim\nFROM build\n", Cancel);

        var run = await LockAsync(file, New);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            $"ARG SDK_IMAGE=mcr.example/dotnet/sdk:10.0@{New}\nARG BASE_IMAGE=debian:trixie-slim@{New}\nARG HOSTING=CustomHandler\nFROM ${{SDK_IMAGE}} AS build\nFROM debian:trixie-slim@{New} AS slim\nFROM build\n",
            await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task An_image_that_is_not_found_leaves_the_file_as_it_is()
    {
        var file = Path.Combine(_programs.Folder, "Dockerfile");
        await File.WriteAllTextAsync(file, "FROM debian:trixie-slim\n", Cancel);

        var run = await LockAsync(file, "");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("debian:trixie-slim has no digest", run.Errors, StringComparison.Ordinal);
        Assert.Equal("FROM debian:trixie-slim\n", await File.ReadAllTextAsync(file, Cancel));
    }

    [Theory]
    [InlineData("functions/Dockerfile")]
    [InlineData("trainer-job/Dockerfile")]
    [InlineData("infra/functions.Dockerfile")]
    [InlineData("infra/trainer.Dockerfile")]
    public async Task Every_base_image_of_what_is_shipped_is_found(string dockerfile)
    {
        var file = Path.Combine(_programs.Folder, "Dockerfile");
        File.Copy(Repository.File(dockerfile.Split('/')), file);

        var run = await LockAsync(file, New);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var bases = (await File.ReadAllLinesAsync(file, Cancel)).Where(line => line.StartsWith("ARG ", StringComparison.Ordinal) && line.Contains("_IMAGE=", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(bases);
        Assert.All(bases, line => Assert.EndsWith("@" + New, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_with_a_known_vulnerability_is_named_and_ends_the_build()
    {
        var run = await VulnerableAsync("""
            {"sources": ["https://packages.example/index.json"], "projects": [{"path": "A/A.csproj", "frameworks": [{"framework": "net10.0", "transitivePackages": [
              {"id": "Old.Json", "resolvedVersion": "1.0.0", "vulnerabilities": [{"severity": "High", "advisoryurl": "https://advisory.example/1"}]}]}]}, {"path": "B/B.csproj"}]}
            """, "VulnerabilityInfo/6.7.0");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("A.csproj: Old.Json 1.0.0: High, https://advisory.example/1", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_packages_of_both_hosts_of_the_functions_app_are_looked_at_and_those_of_the_second_count_too()
    {
        const string Nothing = """{"sources": ["https://packages.example/index.json"], "projects": [{"path": "A/A.csproj"}]}""";
        var run = await VulnerableAsync(Nothing, "VulnerabilityInfo/6.7.0", isolated: """
            {"sources": ["https://packages.example/index.json"], "projects": [{"path": "functions/F.csproj", "frameworks": [{"framework": "net10.0", "topLevelPackages": [
              {"id": "Old.Worker", "resolvedVersion": "1.0.0", "vulnerabilities": [{"severity": "Low", "advisoryurl": "https://advisory.example/2"}]}]}]}]}
            """);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("F.csproj: Old.Worker 1.0.0: Low, https://advisory.example/2", run.Errors, StringComparison.Ordinal);
        Assert.Equal(
            ["list Pipeline.sln package --vulnerable --include-transitive --format json", "list functions package --vulnerable --include-transitive --format json IsolatedWorker"],
            (await _programs.CallsAsync()).Select(call => call.TrimEnd()));
    }

    [Fact]
    public async Task The_isolated_worker_has_a_bill_of_materials_of_its_own_which_must_have_its_packages()
    {
        Assert.SkipUnless(Paths().Any(path => File.Exists(Path.Combine(path, "jq"))), "jq is not installed.");
        var run = await BillsAsync("Microsoft.Azure.Functions.Worker");
        var wrong = await BillsAsync("Another.Package");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            ["artifacts/sbom/Pipeline.Functions.cdx.json", "artifacts/sbom/Pipeline.Trainer.cdx.json", "artifacts/sbom/Pipeline.Local.cdx.json", "artifacts/sbom/Pipeline.Functions.Isolated.cdx.json"],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("has not its packages", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
    }

    [Theory]
    [InlineData("VulnerabilityInfo/6.7.0", 0, "")]
    [InlineData("RegistrationsBaseUrl/3.6.0", 1, "no data on vulnerabilities")]
    public async Task That_nothing_was_found_counts_only_where_the_source_knows_of_vulnerabilities(string resource, int exitCode, string error)
    {
        var run = await VulnerableAsync("""{"sources": ["https://packages.example/index.json"], "projects": [{"path": "A/A.csproj"}]}""", resource);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<ProgramRun> LockAsync(string file, string digest)
    {
        await _programs.AddAsync("docker", $"echo {digest}");
        return await _programs.RunAsync("sh", "infra/lock-images.sh", new Dictionary<string, string?>(), file);
    }

    private async Task<ProgramRun> VulnerableAsync(string report, string resource, string? isolated = null)
    {
        Assert.SkipUnless(Paths().Any(path => File.Exists(Path.Combine(path, "jq"))), "jq is not installed.");
        await File.WriteAllTextAsync(Path.Combine(_programs.Folder, "report.json"), report, Cancel);
        await File.WriteAllTextAsync(Path.Combine(_programs.Folder, "report-IsolatedWorker.json"), isolated ?? report, Cancel);
        await _programs.AddAsync("dotnet", $$"""
            echo "$* ${FunctionsHosting:-}" >>"$CALLS"
            cat {{_programs.Folder}}/report${FunctionsHosting:+-$FunctionsHosting}.json
            """);
        await _programs.AddAsync("curl", $$"""echo '{"resources": [{"@type": "{{resource}}"}]}'""");
        return await _programs.RunAsync("bash", ".ci/vulnerable", new Dictionary<string, string?> { ["FunctionsHosting"] = null });
    }

    /// <summary>Runs <c>.ci/sbom</c> in a copy, since it writes beside itself.</summary>
    private async Task<ProgramRun> BillsAsync(string packageOfTheIsolatedWorker)
    {
        Directory.CreateDirectory(Path.Combine(_programs.Folder, ".ci"));
        Directory.CreateDirectory(Path.Combine(_programs.Folder, "artifacts", "sbom"));
        File.Copy(Repository.File(".ci", "sbom"), Path.Combine(_programs.Folder, ".ci", "sbom"), overwrite: true);
        await _programs.AddAsync("dotnet", $$"""
            [ "${FunctionsHosting:-}" != IsolatedWorker ] || echo '{"components": [{"name": "{{packageOfTheIsolatedWorker}}"}]}' >artifacts/sbom/Pipeline.Functions.Isolated.cdx.json
            """);
        return await ProgramRun.OfAsync(
            _programs.Folder,
            new Dictionary<string, string?> { ["PATH"] = $"{_programs.Folder}:{Environment.GetEnvironmentVariable("PATH")}", ["FunctionsHosting"] = null },
            "bash", ".ci/sbom");
    }

    private static string[] Paths() => Environment.GetEnvironmentVariable("PATH")!.Split(':');
}
