using System.Text.Json.Nodes;

namespace Pipeline.InfraTests;

/// <summary>Production with the functions app on Flex Consumption instead of Container Apps.</summary>
public sealed class FlexTests(FlexTests.Fixture flex) : IClassFixture<FlexTests.Fixture>
{
    private readonly JsonNode _site = flex.Deployment.Single("Microsoft.Web/sites");

    [Fact]
    public void The_app_is_a_site_on_a_flex_plan_and_no_container()
    {
        var plan = flex.Deployment.Single("Microsoft.Web/serverfarms");

        Assert.Equal(("FlexConsumption", "FC1"), (plan.Text("sku.tier"), plan.Text("sku.name")));
        Assert.Equal(plan.Text("id"), _site.Text("properties.serverFarmId"));
        Assert.Equal(("custom", "1.0"), (_site.Text("properties.functionAppConfig.runtime.name"), _site.Text("properties.functionAppConfig.runtime.version")));
        Assert.Empty(flex.Deployment.OfType("Microsoft.App/containerApps"));
        Assert.Single(flex.Deployment.OfType("Microsoft.App/jobs"));
    }

    [Fact]
    public void It_takes_encrypted_connections_only_and_no_password()
    {
        Assert.True(_site.Flag("properties.httpsOnly"));
        Assert.Equal(("1.2", "1.2", "Disabled"), (_site.Text("properties.siteConfig.minTlsVersion"), _site.Text("properties.siteConfig.scmMinTlsVersion"), _site.Text("properties.siteConfig.ftpsState")));
        var policies = flex.Deployment.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], policies.Select(policy => policy.Text("name").Split('/')[^1]).Order());
        Assert.All(policies, policy => Assert.False(policy.Flag("properties.allow")));
    }

    [Fact]
    public void It_has_its_own_identity_only_and_reads_its_package_with_it()
    {
        var package = _site.At("properties.functionAppConfig.deployment.storage");

        Assert.Equal(["functions"], _site.At("identity.userAssignedIdentities").AsObject().Select(identity => Grant.Holder(identity.Key)));
        Assert.Equal(("blobContainer", "UserAssignedIdentity"), (package.Text("type"), package.Text("authentication.type")));
        Assert.Equal("functions", Grant.Holder(package.Text("authentication.userAssignedIdentityResourceId")));
        Assert.Single(
            flex.Deployment.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"), container => container.Text("name").EndsWith("/app-package", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_told_what_the_container_app_is_told()
    {
        using var folder = new BicepFolder();
        folder.Set("ALERT_EMAIL", "operator@example.com");
        var container = (await folder.PredictAsync("production.bicepparam")).FunctionsContainer.Settings();

        // Here the plan says it, and takes no setting of that name.
        Assert.True(container.Remove("FUNCTIONS_WORKER_RUNTIME"));
        Assert.Equal(container, _site.At("properties.siteConfig.appSettings").AsArray().ToDictionary(s => s!.Text("name"), s => s!.Text("value")));
    }

    [Fact]
    public void Its_roles_are_those_on_the_list() => Assert.Equal(
        Grant.Allowed(flex.HasUploader).Order(), flex.Deployment.OfType("Microsoft.Authorization/roleAssignments").Select(Grant.Of).Select(grant => grant.ToString()).Order());

    [Fact]
    public void Its_server_errors_are_counted_by_the_metric_of_a_site()
    {
        var alert = Assert.Single(flex.Deployment.OfType("Microsoft.Insights/metricAlerts"), alert => alert.ToJsonString().Contains("Http5xx", StringComparison.Ordinal));

        Assert.Contains("Microsoft.Web/sites", alert.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(flex.Deployment.Resources, resource => resource.ToJsonString().Contains("statusCodeCategory", StringComparison.Ordinal));
    }

    [Fact]
    public void Log_lines_are_those_of_the_trainer_s_container_and_those_that_the_host_sends_for_the_app() =>
        LogQueries.AssertTheyRead(flex.Deployment, "ContainerAppConsoleLogs", "AppTraces");

    [Fact]
    public async Task In_a_private_network_it_is_refused_with_what_to_do()
    {
        using var folder = new BicepFolder();
        folder.Set("ALERT_EMAIL", "operator@example.com");
        folder.Set("FUNCTIONS_PLAN", "FlexConsumption");
        folder.Set("PRIVATE_NETWORKING", "true");

        Assert.Contains("FlexConsumption goes without privateNetworking: use ContainerApps", await folder.RefusalAsync("production.bicepparam"), StringComparison.Ordinal);
    }

    public sealed class Fixture() : DeploymentFixture("production.bicepparam", ("ALERT_EMAIL", "operator@example.com"), ("FUNCTIONS_PLAN", "FlexConsumption"));
}
