using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary><c>docs/deploy.md</c>, and <c>docs/azure.md</c> with its reasons, speak of what is there.</summary>
public sealed class DeployPageTests : IDisposable
{
    private readonly BicepFolder _folder = new();
    private readonly string _page = Page("deploy.md");
    private readonly string _pages = Page("deploy.md") + Page("azure.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_parameter_they_name_exists()
    {
        var template = JsonNode.Parse(await _folder.CompileAsync("main.bicep"))!;
        var parameters = template.At("parameters").AsObject().Select(parameter => parameter.Key).ToHashSet();
        var named = Regex.Matches(_pages, @"`((?:trainer|functions|storage|run|soft|daily|alert|monthly|budget|private|environment)[A-Z]\w*)`").Select(match => match.Groups[1].Value).ToArray();

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
    public void Every_file_they_name_exists()
    {
        var named = Regex.Matches(_pages, @"\b(infra/[\w./-]+\.\w+|azure\.yaml)").Select(match => match.Value).Distinct().ToArray();

        Assert.True(named.Length > 5);
        Assert.All(named, file => Assert.True(File.Exists(Repository.File(file)), file));
    }

    [Theory]
    [InlineData("deploy.md")]
    [InlineData("azure.md")]
    public void Every_link_into_a_page_leads_to_a_heading(string page)
    {
        var links = Regex.Matches(Page(page), @"\]\((?<page>[\w-]+\.md)?(?:#(?<heading>[\w-]+))?\)").Where(link => link.Value.Length > 3).ToArray();

        Assert.True(links.Length > 5);
        Assert.All(links, link =>
        {
            var headings = Regex.Matches(Page(link.Groups["page"] is { Success: true, Value: var other } ? other : page), @"^#+ (.*)$", RegexOptions.Multiline)
                .Select(heading => Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));
            if (link.Groups["heading"] is { Success: true, Value: var heading })
                Assert.Contains(heading, headings);
        });
    }

    [Fact]
    public void The_outputs_that_its_commands_read_are_made_and_each_is_read()
    {
        var made = Regex.Matches(File.ReadAllText(Repository.File("infra", "main.bicep")), @"^output (\w+) ", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        var read = Regex.Matches(_page, @"\$\(output (\w+)\)").Select(match => match.Groups[1].Value).Distinct();

        // Those in capitals are azd's.
        Assert.Equal(made.Where(name => char.IsLower(name[0])).Order(), read.Order());
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Their_commands_are_shell()
    {
        var blocks = Regex.Matches(_pages, "^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(blocks.Length > 10);
        foreach (var block in blocks)
        {
            var run = await ProgramRun.OfAsync(_folder.Path, new Dictionary<string, string?>(), "bash", "-n", "-c", block);
            Assert.True(run.ExitCode == 0, block + run.Errors);
        }
    }

    private static string Page(string name) => File.ReadAllText(Repository.File("docs", name));
}
