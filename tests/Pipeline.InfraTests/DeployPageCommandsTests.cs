using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary>Whoever follows <c>docs/deploy.md</c> from the top has what each command needs, and each command speaks of what the templates make.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class DeployPageCommandsTests : IDisposable
{
    private static readonly string _page = File.ReadAllText(Repository.File("docs", "deploy.md"));
    private static readonly string[] _blocks = [.. Block().Matches(_page).Select(match => match.Groups[1].Value)];

    // Without comments and without what stands in single quotes, where a shell puts nothing in.
    private static readonly string _code = Literal().Replace(Comment().Replace(string.Concat(_blocks), ""), match => match.Groups["quoted"].Success ? "''" : match.Value);

    private readonly StandIns _programs = new();
    private readonly BicepFolder _folder = new();

    public void Dispose()
    {
        _programs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_variable_is_set_before_it_is_used()
    {
        var set = Assigned().Matches(_code).GroupBy(match => match.Groups[1].Value).ToDictionary(name => name.Key, name => name.Min(match => match.Index));
        // With a default it need not be.
        var used = Used().Matches(_code).Where(match => !match.Groups["default"].Success).ToArray();

        Assert.True(used.Length > 50);
        Assert.All(used, use => Assert.True(set.TryGetValue(use.Groups["name"].Value, out var at) && at <= use.Index, $"{use.Groups["name"].Value} in {Line(use.Index)}"));
    }

    [Fact]
    public void Every_function_is_made_before_it_is_called()
    {
        var made = Function().Matches(_code).GroupBy(match => match.Groups[1].Value).ToDictionary(name => name.Key, name => name.Min(match => match.Index));

        Assert.Superset(new HashSet<string>(["output", "registry", "build", "images", "deploy"]), made.Keys.ToHashSet());
        Assert.All(made, function =>
        {
            var calls = Regex.Matches(_code, $@"(?:^|&& |\$\()\s*{function.Key} ", RegexOptions.Multiline);
            Assert.All(calls, call => Assert.True(call.Index > function.Value, Line(call.Index)));
        });
    }

    [Fact]
    public void Every_setting_it_sets_is_read()
    {
        string[] readers = ["infra/trial.bicepparam", "infra/production.bicepparam", "azure.yaml"];
        var read = string.Concat(readers.Select(file => File.ReadAllText(Repository.File(file.Split('/')))));
        var set = Setting().Matches(string.Concat(_blocks)).SelectMany(match => Regex.Matches(match.Value, @"\b([A-Z][A-Z_]+)=")).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.True(set.Length > 8);
        Assert.All(set, name => Assert.Matches($@"'{name}'|\$\{{{name}=", read));
    }

    [Fact]
    public async Task The_file_of_the_trial_and_what_production_makes_of_it_deploy_one_and_the_other()
    {
        await _programs.AddAsync("az", """
            echo "$AZURE_ENV_NAME $AZURE_LOCATION $ALERT_EMAIL az $*" >>"$CALLS"
            case "$*" in "ad signed-in-user"*) echo 11111111 ;; "acr list"*) echo "crx.azurecr.io" ;; esac
            """);
        var trial = _blocks.Single(block => block.StartsWith("cat >~/classifier-trial.sh", StringComparison.Ordinal));
        var commands = _blocks.Single(block => block.StartsWith("deploy create", StringComparison.Ordinal));
        var production = _blocks.Single(block => block.StartsWith("sed 's/classifier-trial/", StringComparison.Ordinal));

        var run = await RunAsync($"set -eu\n{trial}\n{commands}\necho $GROUP $SERVICE_TRAINER_IMAGE_NAME\n{production}\n{commands}\necho $GROUP $SERVICE_FUNCTIONS_IMAGE_NAME ${{BUDGET_START_DATE%-*}}");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"^rg-classifier-trial crx\.azurecr\.io/trainer:1\nrg-classifier crx\.azurecr\.io/functions:1 \d{4}-\d\d\n$", run.Output);
        var calls = (await _programs.CallsAsync()).Where(call => Regex.IsMatch(call, " az (deployment|acr run)")).ToArray();
        var deployed = new[] { "trial", "production" }.SelectMany(name => new[] { $"{name}.bicepparam --output none", "images.acr.yaml .", $"{name}.bicepparam --output none" });
        Assert.Equal(6, calls.Length);
        Assert.All(deployed.Zip(calls), call => Assert.EndsWith(call.First, call.Second, StringComparison.Ordinal));
        Assert.All(calls[..3], call => Assert.StartsWith("classifier-trial westeurope  az ", call, StringComparison.Ordinal));
        Assert.All(calls[3..], call => Assert.StartsWith("classifier swedencentral you@example.com az ", call, StringComparison.Ordinal));
        Assert.Contains("acr run --registry crx --set tag=1 --set torch=cpu --set hosting=CustomHandler ", calls[1], StringComparison.Ordinal);
        Assert.Contains("acr run --registry crx --set tag=1 --set torch=cuda --set hosting=CustomHandler ", calls[4], StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_changes_in_a_file_stands_there_once()
    {
        var change = Regex.Match(_page, "sed -i.bak 's/([^/]+)/([^/]+)/' (\\S+)");

        Assert.Single(Regex.Matches(File.ReadAllText(Repository.File(change.Groups[3].Value)), Regex.Escape(change.Groups[1].Value)));
        Assert.True(File.Exists(Repository.File("infra", change.Groups[2].Value.Split(": ")[1] + ".bicepparam")));
    }

    [Fact]
    public async Task The_apps_it_names_are_deployed_and_the_providers_of_all_that_is_deployed_are_registered()
    {
        _folder.Set("ALERT_EMAIL", "operator@example.com");
        var containers = await _folder.PredictAsync("production.bicepparam");
        _folder.Set("FUNCTIONS_PLAN", "FlexConsumption");
        var flex = await _folder.PredictAsync("production.bicepparam");
        var registered = Regex.Match(_page, "^for p in (.*); do$", RegexOptions.Multiline).Groups[1].Value.Split(' ').Select(name => $"Microsoft.{name}");

        var named = Regex.Matches(string.Concat(_blocks), @"containerapp (?<job>job )?[\w ]*--resource-group \$GROUP --name (?<name>\w+)").Select(match => (match.Groups["job"].Success, match.Groups["name"].Value)).Distinct();
        Assert.Equal(
            containers.OfType("Microsoft.App/containerApps").Select(app => (false, app.Text("name"))).Concat(containers.OfType("Microsoft.App/jobs").Select(job => (true, job.Text("name")))).Order(),
            named.Order());
        // Those two are in every subscription.
        Assert.Subset(
            registered.Append("Microsoft.Authorization").Append("Microsoft.Resources").ToHashSet(),
            containers.Resources.Concat(flex.Resources).Select(resource => resource.Text("type").Split('/')[0]).ToHashSet());
    }

    [Fact]
    public void Its_queries_look_where_the_alerts_do()
    {
        var template = File.ReadAllText(Repository.File("infra", "modules", "log-lines.bicep"));

        Assert.All(
            [Regex.Match(_page, "^LINES='(.*)'$", RegexOptions.Multiline).Groups[1].Value, Regex.Match(_page, @"\((AppTraces \| .*)\)""$", RegexOptions.Multiline).Groups[1].Value],
            part => Assert.Contains($"({part})", template, StringComparison.Ordinal));
    }

    [Fact]
    public void It_stays_short() => Assert.InRange(_page.Count(c => c == '\n'), 100, 349);

    private Task<ProgramRun> RunAsync(string script) => ProgramRun.OfAsync(
        _programs.Folder,
        new Dictionary<string, string?>
        {
            ["HOME"] = _programs.Folder,
            ["PATH"] = $"{_programs.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CALLS"] = Path.Combine(_programs.Folder, "calls"),
            ["ALERT_EMAIL"] = null,
            ["FUNCTIONS_HOSTING"] = null,
        },
        "bash", "-c", script);

    private static string Line(int index) => _code[(_code.LastIndexOf('\n', index) + 1)..].Split('\n')[0];

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<=^|\s)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    // What stands in double quotes is passed over, so that an apostrophe in it opens nothing; but for a variable's value it stays.
    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])*\"|(?<quoted>'[^']*')", RegexOptions.Singleline)]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?:(?<![\w${-])|(?<=for ))([A-Za-z_]\w*)(?:=| in )")]
    private static partial Regex Assigned();

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_]\w*)(?<default>:-)?")]
    private static partial Regex Used();

    [GeneratedRegex(@"^\s*(\w+)\(\) \{", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex(@"(?:export (?=[A-Z])|azd env set ).*", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
