using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Pipeline.InfraTests;

/// <summary>What runs on GitHub runs what was looked at, with no more rights than it needs, and with no secret.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Names => [.. Workflow.All.Select(w => w.Name)];

    [Fact]
    public void There_are_workflows_that_check_that_deploy_and_that_renew_the_base_images() =>
        Assert.Equal(["ci.yml", "deploy.yml", "images.yml"], Workflow.All.Select(w => w.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_action_is_pinned_to_a_commit_and_says_which_version_that_is(string name)
    {
        var lines = Find(name).Text.Split('\n').Where(line => UsesLine().IsMatch(line)).ToArray();

        Assert.Equal(Find(name).Jobs.SelectMany(j => Workflow.Steps(j.Job)).Count(step => Workflow.Value(step, "uses") is not null), lines.Length);
        Assert.All(lines, line => Assert.Matches(@"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)+$", line.TrimEnd()));
    }

    [Fact]
    public void An_action_is_pinned_to_one_commit_everywhere() =>
        Assert.All(
            Workflow.All.SelectMany(w => w.Jobs).SelectMany(j => Workflow.Steps(j.Job)).Select(step => Workflow.Value(step, "uses")).OfType<string>().Distinct().GroupBy(uses => uses.Split('@')[0]),
            action => Assert.Single(action));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_secret_is_read(string name) => Assert.DoesNotContain("secrets.", Find(name).Text, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_job_may_read_the_repository_and_what_else_it_may_is_on_the_list(string name)
    {
        Assert.Equal(["contents: read"], Workflow.Permissions(Find(name).Root)!);
        Assert.All(Find(name).Jobs, job => Assert.Equal(
            (name, job.Name) switch
            {
                ("deploy.yml", "deploy") => ["contents: read", "id-token: write", "attestations: write"],
                ("images.yml", "lock") => ["contents: write", "pull-requests: write"],
                _ => null,
            },
            Workflow.Permissions(job.Job)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_job_ends_in_time_and_leaves_no_credentials_in_the_checkout(string name) => Assert.All(Find(name).Jobs, job =>
    {
        Assert.InRange(int.Parse(Workflow.Value(job.Job, "timeout-minutes")!, System.Globalization.CultureInfo.InvariantCulture), 1, 120);
        Assert.All(
            Workflow.Steps(job.Job).Where(step => Workflow.Value(step, "uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true),
            step => Assert.Equal("false", Workflow.Value((YamlMappingNode)step["with"], "persist-credentials")));
    });

    // What others write, such as a branch's name, must not become a part of a script.
    [Theory]
    [MemberData(nameof(Names))]
    public void No_script_has_an_expression_in_it(string name) => Assert.All(
        Find(name).Jobs.SelectMany(j => Workflow.Steps(j.Job)).Select(step => Workflow.Value(step, "run")).OfType<string>(),
        script => Assert.DoesNotContain("${{", script, StringComparison.Ordinal));

    [Fact]
    public void Azure_is_logged_into_by_the_workflows_own_identity_and_the_images_are_deployed_by_digest()
    {
        var deploy = Find("deploy.yml");
        var steps = deploy.Jobs.SelectMany(j => Workflow.Steps(j.Job)).ToArray();
        var login = (YamlMappingNode)steps.Single(s => Workflow.Value(s, "uses")?.StartsWith("azure/login@", StringComparison.Ordinal) == true)["with"];

        Assert.Equal(["client-id", "tenant-id", "subscription-id"], login.Children.Keys.Select(k => k.ToString()));
        Assert.All(login.Children.Values, value => Assert.Matches(@"^\$\{\{ vars\.\w+ \}\}$", value.ToString()));
        Assert.Equal(["workflow_dispatch"], ((YamlMappingNode)deploy.Root["on"]).Children.Keys.Select(k => k.ToString()));
        Assert.All(["functions", "trainer"], image =>
        {
            Assert.Contains($"_IMAGE_NAME: ${{{{ steps.images.outputs.registry }}}}/{image}@${{{{ steps.images.outputs.{image} }}}}", deploy.Text, StringComparison.Ordinal);
            Assert.Single(steps, s => Workflow.Value(s, "uses")?.StartsWith("actions/attest-build-provenance@", StringComparison.Ordinal) == true
                && Workflow.Value((YamlMappingNode)s["with"], "subject-name")!.EndsWith("/" + image, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_deployment_sets_what_the_parameter_files_read()
    {
        var set = Find("deploy.yml").Text;
        var read = new[] { "trial", "production" }.SelectMany(file => Regex.Matches(File.ReadAllText(Repository.File("infra", $"{file}.bicepparam")), @"readEnvironmentVariable\('(\w+)'")).Select(m => m.Groups[1].Value).Distinct();

        // Of the name the parameter file's own default holds.
        Assert.All(read.Except(["AZURE_ENV_NAME"]), name => Assert.Contains($" {name}: ", set, StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_and_images_are_looked_at_and_what_is_found_ends_the_build()
    {
        var ci = Find("ci.yml");
        var packages = ci.Jobs.Single(j => j.Name == "packages").Job;
        var scan = (YamlMappingNode)Workflow.Steps(ci.Jobs.Single(j => j.Name == "images").Job).Single(s => Workflow.Value(s, "uses")?.StartsWith("aquasecurity/", StringComparison.Ordinal) == true)["with"];

        Assert.Superset(new HashSet<string?> { ".ci/vulnerable", ".ci/sbom" }, Workflow.Steps(packages).Select(s => Workflow.Value(s, "run")).ToHashSet());
        Assert.Equal(("1", "HIGH,CRITICAL"), (Workflow.Value(scan, "exit-code"), Workflow.Value(scan, "severity")));
    }

    [Fact]
    public void Dependabot_looks_where_something_is_pinned()
    {
        var updates = ((YamlSequenceNode)Workflow.Of(Repository.File(".github", "dependabot.yml")).Root["updates"]).Cast<YamlMappingNode>().ToArray();

        Assert.Equal(["docker", "github-actions", "npm", "nuget"], updates.Select(u => Workflow.Value(u, "package-ecosystem")!).Order(StringComparer.Ordinal));
        string[] Folders(string ecosystem) => [.. updates.Where(u => Workflow.Value(u, "package-ecosystem") == ecosystem)
            .SelectMany(u => ((YamlSequenceNode)u["directories"]).Select(d => Repository.File(d.ToString().TrimStart('/'))))];
        Assert.All(Folders("npm"), folder => Assert.True(File.Exists(Path.Combine(folder, "package.json")), folder));
        Assert.All(Folders("docker"), folder => Assert.True(File.Exists(Path.Combine(folder, "Dockerfile")), folder));
    }

    private static Workflow Find(string name) => Workflow.All.Single(w => w.Name == name);

    [GeneratedRegex(@"^\s*(- )?uses:")]
    private static partial Regex UsesLine();
}
