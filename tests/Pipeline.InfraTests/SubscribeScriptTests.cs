using System.Runtime.Versioning;

namespace Pipeline.InfraTests;

/// <summary><c>infra/subscribe.sh</c> with stand-ins for <c>az</c> and <c>curl</c> that write down how they were called.</summary>
[SupportedOSPlatform("linux")]
public sealed class SubscribeScriptTests : IDisposable
{
    private readonly StandIns _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public async Task It_wakes_the_app_reads_the_key_and_deploys_the_subscription()
    {
        var run = await RunAsync(key: "s3cret");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var calls = await CallsAsync();
        Assert.Collection(
            calls,
            call => Assert.StartsWith("az functionapp list --resource-group rg-x ", call, StringComparison.Ordinal),
            call => Assert.Matches("^az resource show --resource-group rg-x --resource-type Microsoft.App/containerApps --name functions .*FUNCTIONS_WORKER_RUNTIME", call),
            call => Assert.Matches("^az resource show --resource-group rg-x --resource-type Microsoft.App/containerApps --name functions .*fqdn", call),
            call => Assert.Matches("^curl .*--fail .*https://functions.example/api/health$", call),
            call => Assert.Matches("^az containerapp function keys show .*--key-type systemKey --key-name blobs_extension ", call),
            call => Assert.Matches("^az deployment group create --resource-group rg-x .*--parameters events.bicepparam .*host and key in environment: functions.example s3cret$", call));
    }

    [Fact]
    public async Task On_flex_consumption_it_asks_the_site()
    {
        var run = await RunAsync(key: "s3cret", site: "func-x");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Collection(
            await CallsAsync(),
            call => Assert.StartsWith("az functionapp list --resource-group rg-x ", call, StringComparison.Ordinal),
            call => Assert.Matches("^az resource show --resource-group rg-x --resource-type Microsoft.Web/sites --name func-x .*properties.functionAppConfig.runtime.name", call),
            call => Assert.Matches("^az resource show --resource-group rg-x --resource-type Microsoft.Web/sites --name func-x .*properties.defaultHostName", call),
            call => Assert.Matches("^curl .*--fail .*https://func-x.example/api/health$", call),
            call => Assert.Matches("^az functionapp keys list --resource-group rg-x --name func-x --query systemKeys.blobs_extension ", call),
            call => Assert.Matches("^az deployment group create .*host and key in environment: func-x.example s3cret$", call));
    }

    [Theory]
    [InlineData("")]
    [InlineData("func-x")]
    public async Task Where_the_app_is_no_isolated_worker_it_says_so_and_changes_nothing(string site)
    {
        var run = await RunAsync(key: "s3cret", site, runtime: "custom");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("The functions app in rg-x is no isolated worker but 'custom'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("FUNCTIONS_HOSTING=IsolatedWorker", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(await CallsAsync(), call => call.Contains("deployment", StringComparison.Ordinal) || call.StartsWith("curl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_stands_on_no_command_line_and_in_no_output()
    {
        var run = await RunAsync(key: "s3cret");

        Assert.DoesNotContain(await CallsAsync(), call => call.Split("host and key in environment:")[0].Contains("s3cret", StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_it_says_so_and_deploys_nothing()
    {
        var run = await RunAsync(key: "");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("no system key blobs_extension", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(await CallsAsync(), call => call.Contains("deployment", StringComparison.Ordinal));
    }

    private async Task<ProgramRun> RunAsync(string key, string site = "", string runtime = "dotnet-isolated")
    {
        await _programs.AddAsync("curl", """echo "curl $*" >>"$CALLS" """);
        await _programs.AddAsync("az", """
            echo "az $* host and key in environment: ${FUNCTIONS_HOST:-} ${EVENTS_SYSTEM_KEY:-}" >>"$CALLS"
            case "$*" in
              "functionapp list"*) echo "$TEST_SITE" ;;
              "resource show"*RUNTIME* | "resource show"*runtime*) echo "$TEST_RUNTIME" ;;
              "resource show"*) echo "${TEST_SITE:-functions}.example" ;;
              "containerapp function keys show"* | "functionapp keys list"*) echo "$TEST_KEY" ;;
            esac
            """);
        return await _programs.RunAsync(
            "sh",
            "infra/subscribe.sh",
            new Dictionary<string, string?>
            {
                ["TEST_KEY"] = key,
                ["TEST_RUNTIME"] = runtime,
                ["TEST_SITE"] = site,
                ["EVENTS_SYSTEM_KEY"] = null,
                ["FUNCTIONS_HOST"] = null,
            },
            "rg-x");
    }

    private Task<string[]> CallsAsync() => _programs.CallsAsync();
}
