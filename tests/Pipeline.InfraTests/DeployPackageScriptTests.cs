using System.Runtime.Versioning;

namespace Pipeline.InfraTests;

/// <summary><c>infra/deploy-package.sh</c> with stand-ins for <c>az</c>, <c>dotnet</c> and <c>zip</c> that write down how they were called.</summary>
[SupportedOSPlatform("linux")]
public sealed class DeployPackageScriptTests : IDisposable
{
    private readonly StandIns _programs = new();

    public void Dispose() => _programs.Dispose();

    [Fact]
    public async Task It_publishes_the_app_and_deploys_it_to_the_site_of_the_group()
    {
        var run = await RunAsync(site: "func-x");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Collection(
            await CallsAsync(),
            call => Assert.StartsWith("az functionapp list --resource-group rg-x ", call, StringComparison.Ordinal),
            call => Assert.Matches("^dotnet publish functions .*-c Release --self-contained true .*-p:FunctionsHosting=CustomHandler ", call),
            call => Assert.Matches("^zip .*app.zip [.] in /.*/app with Pipeline.Functions$", call),
            call => Assert.Matches("^az functionapp deployment source config-zip --resource-group rg-x --name func-x --src /.*/app.zip ", call));
    }

    [Fact]
    public async Task An_isolated_worker_is_started_by_the_platforms_own_net()
    {
        var run = await RunAsync(site: "func-x", hosting: "IsolatedWorker");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Single(await CallsAsync(), call => call.StartsWith("dotnet publish functions ", StringComparison.Ordinal)
            && call.Contains(" --self-contained false ", StringComparison.Ordinal) && call.Contains(" -p:FunctionsHosting=IsolatedWorker ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hosting_that_there_is_not_is_refused()
    {
        var run = await RunAsync(site: "func-x", hosting: "isolated");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("FUNCTIONS_HOSTING is 'isolated'; it must be CustomHandler or IsolatedWorker", run.Errors, StringComparison.Ordinal);
        Assert.Single(await CallsAsync());
    }

    [Fact]
    public async Task Without_a_site_it_says_what_to_do_and_builds_nothing()
    {
        var run = await RunAsync(site: "");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("FUNCTIONS_PLAN=FlexConsumption", run.Errors, StringComparison.Ordinal);
        Assert.Single(await CallsAsync());
    }

    private async Task<ProgramRun> RunAsync(string site, string? hosting = null)
    {
        await _programs.AddAsync("az", """
            echo "az $*" >>"$CALLS"
            case "$*" in "functionapp list"*) echo "$TEST_SITE" ;; esac
            """);
        await _programs.AddAsync("dotnet", """
            echo "dotnet $*" >>"$CALLS"
            while [ "$1" != --output ]; do shift; done
            mkdir -p "$2" && touch "$2/Pipeline.Functions"
            """);
        await _programs.AddAsync("zip", """echo "zip $* in $PWD with $(ls)" >>"$CALLS" """);
        return await _programs.RunAsync("sh", "infra/deploy-package.sh", new Dictionary<string, string?> { ["TEST_SITE"] = site, ["FUNCTIONS_HOSTING"] = hosting }, "rg-x");
    }

    private Task<string[]> CallsAsync() => _programs.CallsAsync();
}
