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
            call => Assert.StartsWith("az containerapp show --resource-group rg-x --name functions ", call, StringComparison.Ordinal),
            call => Assert.Matches("^curl .*--fail .*https://functions.example/api/health$", call),
            call => Assert.Matches("^az containerapp function keys show .*--key-type systemKey --key-name eventgrid_extension ", call),
            call => Assert.Matches("^az deployment group create --resource-group rg-x .*--parameters events.bicepparam .*key in environment: s3cret$", call));
    }

    [Fact]
    public async Task On_flex_consumption_it_asks_the_site()
    {
        var run = await RunAsync(key: "s3cret", site: "func-x");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Collection(
            await CallsAsync(),
            call => Assert.StartsWith("az functionapp list --resource-group rg-x ", call, StringComparison.Ordinal),
            call => Assert.StartsWith("az functionapp show --resource-group rg-x --name func-x ", call, StringComparison.Ordinal),
            call => Assert.Matches("^curl .*--fail .*https://func-x.example/api/health$", call),
            call => Assert.Matches("^az functionapp keys list --resource-group rg-x --name func-x --query systemKeys.eventgrid_extension ", call),
            call => Assert.Matches("^az deployment group create .*key in environment: s3cret$", call));
    }

    [Fact]
    public async Task The_key_stands_on_no_command_line_and_in_no_output()
    {
        var run = await RunAsync(key: "s3cret");

        Assert.DoesNotContain(await CallsAsync(), call => call.Split("key in environment:")[0].Contains("s3cret", StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_it_says_so_and_deploys_nothing()
    {
        var run = await RunAsync(key: "");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("no system key eventgrid_extension", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(await CallsAsync(), call => call.Contains("deployment", StringComparison.Ordinal));
    }

    private async Task<ProgramRun> RunAsync(string key, string site = "")
    {
        await _programs.AddAsync("curl", """echo "curl $*" >>"$CALLS" """);
        await _programs.AddAsync("az", """
            echo "az $* key in environment: ${EVENTS_SYSTEM_KEY:-}" >>"$CALLS"
            case "$*" in
              "functionapp list"*) echo "$TEST_SITE" ;;
              "functionapp show"*) echo "$TEST_SITE.example" ;;
              "containerapp show"*) echo functions.example ;;
              "containerapp function keys show"* | "functionapp keys list"*) echo "$TEST_KEY" ;;
            esac
            """);
        return await _programs.RunAsync(
            "sh",
            "infra/subscribe.sh",
            new Dictionary<string, string?>
            {
                ["TEST_KEY"] = key,
                ["TEST_SITE"] = site,
                ["AZURE_RESOURCE_GROUP"] = null,
                ["EVENTS_SYSTEM_KEY"] = null,
                ["FUNCTIONS_HOST"] = null,
            },
            "rg-x");
    }

    private Task<string[]> CallsAsync() => _programs.CallsAsync();
}
