namespace Pipeline.InfraTests;

public sealed class CompilerTests : IDisposable
{
    private readonly BicepFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lint", "**/*.bicep")]
    [InlineData("lint", "**/*.bicepparam")]
    [InlineData("build", "**/*.bicep")]
    [InlineData("build-params", "**/*.bicepparam")]
    public async Task Every_file_passes_without_a_warning(string command, string pattern)
    {
        _folder.Set("ALERT_EMAIL", "operator@example.com");

        var run = await _folder.RunAsync(command, "--pattern", pattern);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Theory]
    [InlineData("param unused string", "no-unused-params")]
    [InlineData("output key string = listKeys(resourceId('Microsoft.Storage/storageAccounts', 'x'), '2025-06-01').keys[0].value", "outputs-should-not-contain-secrets")]
    public async Task The_linter_is_on_and_stops_the_build(string line, string rule)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "mistake.bicep"), line + "\n", TestContext.Current.CancellationToken);

        var run = await _folder.RunAsync("build", "mistake.bicep", "--stdout");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"Error {rule}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_wants_someone_to_tell()
    {
        var run = await _folder.RunAsync("build-params", "production.bicepparam", "--stdout");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("ALERT_EMAIL", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("events.bicep")]
    public async Task No_template_reads_a_key(string file)
    {
        var template = await _folder.CompileAsync(file);

        Assert.DoesNotMatch(@"\blist[A-Z]\w*\(", template);
    }
}
