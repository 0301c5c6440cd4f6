using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary>The functions app as a .NET isolated worker, on both plans.</summary>
public sealed class IsolatedWorkerTests(IsolatedWorkerTests.Fixture container, IsolatedWorkerTests.FlexFixture flex)
    : IClassFixture<IsolatedWorkerTests.Fixture>, IClassFixture<IsolatedWorkerTests.FlexFixture>
{
    private readonly Dictionary<string, string> _settings = container.Deployment.FunctionsContainer.Settings();

    [Fact]
    public void The_host_starts_a_net_worker()
    {
        var runtime = flex.Deployment.Single("Microsoft.Web/sites").At("properties.functionAppConfig.runtime");

        Assert.Equal("dotnet-isolated", _settings["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal(("dotnet-isolated", "10.0"), (runtime.Text("name"), runtime.Text("version")));
    }

    [Fact]
    public void Its_blob_trigger_finds_blobs_and_queues_by_the_connection_that_its_attribute_names()
    {
        var connection = Regex.Match(File.ReadAllText(Repository.File("functions", "Isolated", "BlobFunctions.cs")), "const string Connection = \"(\\w+)\"").Groups[1].Value;

        Assert.Equal("managedidentity", _settings[$"{connection}__credential"]);
        Assert.Equal("functions", Grant.Holder(_settings[$"{connection}__clientId"]));
        // Of the account with the containers; the host's own queues are in its own.
        Assert.Contains("'storage'", _settings[$"{connection}__blobServiceUri"], StringComparison.Ordinal);
        Assert.Contains("'storage'", _settings[$"{connection}__queueServiceUri"], StringComparison.Ordinal);
        Assert.Contains("'hostStorage'", _settings["AzureWebJobsStorage__queueServiceUri"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_all_that_the_custom_handler_is_told_and_no_more_than_its_trigger_needs()
    {
        using var folder = new BicepFolder();
        var custom = (await folder.PredictAsync("trial.bicepparam")).FunctionsContainer.Settings();

        string[] trigger =
        [
            "AzureWebJobsStorage__queueServiceUri", "PipelineStorage__blobServiceUri", "PipelineStorage__clientId", "PipelineStorage__credential", "PipelineStorage__queueServiceUri",
        ];
        Assert.Equal(trigger, _settings.Keys.Except(custom.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(["FUNCTIONS_WORKER_RUNTIME"], custom.Where(s => _settings.GetValueOrDefault(s.Key) != s.Value).Select(s => s.Key));
    }

    [Fact]
    public void On_flex_it_is_told_the_same()
    {
        var site = flex.Deployment.Single("Microsoft.Web/sites").At("properties.siteConfig.appSettings").AsArray().ToDictionary(s => s!.Text("name"), s => s!.Text("value"));

        Assert.Equal(
            _settings.Keys.Except(["FUNCTIONS_WORKER_RUNTIME"]).Order(StringComparer.Ordinal), site.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(_settings["PipelineStorage__queueServiceUri"].Replace("classifier-trial", "classifier", StringComparison.Ordinal), site["PipelineStorage__queueServiceUri"]);
    }

    [Fact]
    public void There_are_no_queues_for_uploads_and_nothing_that_fills_them() => Assert.All<JsonNode>(
        [.. container.Deployment.Resources, .. flex.Deployment.Resources],
        resource => Assert.DoesNotMatch("(dataset|inbox)-uploads", resource.Text("id")));

    [Fact]
    public void Its_roles_are_those_on_the_list() => Assert.All([container.Deployment, flex.Deployment], deployment => Assert.Equal(
        Grant.Allowed(uploader: false, isolated: true).Order(),
        deployment.OfType("Microsoft.Authorization/roleAssignments").Select(Grant.Of).Select(grant => grant.ToString()).Order()));

    public sealed class Fixture() : DeploymentFixture("trial.bicepparam", ("FUNCTIONS_HOSTING", "IsolatedWorker"));

    public sealed class FlexFixture() : DeploymentFixture(
        "production.bicepparam", ("ALERT_EMAIL", "operator@example.com"), ("FUNCTIONS_HOSTING", "IsolatedWorker"), ("FUNCTIONS_PLAN", "FlexConsumption"));
}
