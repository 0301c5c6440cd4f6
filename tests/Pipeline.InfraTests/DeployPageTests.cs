using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary><c>docs/deploy.md</c> speaks of what is there.</summary>
public sealed class DeployPageTests : IDisposable
{
    private readonly BicepFolder _folder = new();
    private readonly string _page = File.ReadAllText(Repository.File("docs", "deploy.md"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_parameter_it_names_exists()
    {
        var template = JsonNode.Parse(await _folder.CompileAsync("main.bicep"))!;
        var parameters = template.At("parameters").AsObject().Select(parameter => parameter.Key).ToHashSet();
        var named = Regex.Matches(_page, @"`((?:trainer|functions|storage|run|soft|daily|alert|monthly|budget|private|environment)[A-Z]\w*)`").Select(match => match.Groups[1].Value).ToArray();

        Assert.True(named.Length > 10);
        Assert.All(named, name => Assert.Contains(name, parameters));
    }

    [Theory]
    [InlineData("trial.bicepparam")]
    [InlineData("production.bicepparam")]
    public void It_names_every_environment_variable_that_a_parameter_file_reads(string file)
    {
        var read = Regex.Matches(File.ReadAllText(Repository.File("infra", file)), @"readEnvironmentVariable\('(\w+)'").Select(match => match.Groups[1].Value);

        Assert.All(read, name => Assert.Contains(name, _page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_it_names_exists()
    {
        var named = Regex.Matches(_page, @"\b(infra/[\w./-]+\.\w+|azure\.yaml)").Select(match => match.Value).Distinct().ToArray();

        Assert.True(named.Length > 5);
        Assert.All(named, file => Assert.True(File.Exists(Repository.File(file)), file));
    }
}
