namespace Pipeline.InfraTests;

/// <summary>The deployment for trying it out.</summary>
public sealed class TrialTests(TrialTests.Fixture trial) : DeploymentTests(trial), IClassFixture<TrialTests.Fixture>
{
    [Fact]
    public void No_token_is_asked_for_unless_a_tenant_is_named() =>
        Assert.DoesNotContain(trial.Deployment.FunctionsContainer.Settings().Keys, name => name.StartsWith("Pipeline__Auth__", StringComparison.Ordinal));

    [Fact]
    public void Nothing_runs_and_no_gpu_is_asked_for_while_nobody_uses_it()
    {
        var profile = Assert.Single(trial.Deployment.Single("Microsoft.App/managedEnvironments").At("properties.workloadProfiles").AsArray())!;

        Assert.Equal("Consumption", profile.Text("workloadProfileType"));
        Assert.Equal(0, trial.Deployment.Single("Microsoft.App/containerApps").Number("properties.template.scale.minReplicas"));
        // The last container is stopped after five minutes without a call: one in an hour lets it go.
        Assert.Equal("0 0 * * * *", trial.Deployment.FunctionsContainer.Settings()["CHECK_RUNS_SCHEDULE"]);
        Assert.Equal("Standard", trial.Deployment.Single("Microsoft.ServiceBus/namespaces").Text("sku.name"));
        Assert.Empty(trial.Deployment.OfType("Microsoft.ServiceBus/namespaces/networkRuleSets"));
    }

    [Fact]
    public void No_price_stands_in_it_that_nobody_has_set()
    {
        var rates = trial.Deployment.TrainerContainer.Settings().Where(s => s.Key.StartsWith("Pipeline__Rates__", StringComparison.Ordinal)).ToDictionary();

        Assert.Equal(new Dictionary<string, string> { ["Pipeline__Rates__Accelerator"] = "cpu", ["Pipeline__Rates__Currency"] = "" }, rates);
    }

    [Fact]
    public void Before_the_first_build_public_images_stand_in() =>
        Assert.All(
            [trial.Deployment.FunctionsContainer, trial.Deployment.TrainerContainer],
            container => Assert.StartsWith("mcr.microsoft.com/k8se/", container.Text("image"), StringComparison.Ordinal));

    [Fact]
    public void Without_an_address_there_are_no_alerts() =>
        Assert.DoesNotContain(trial.Deployment.Resources, resource => resource.Text("type") is "Microsoft.Insights/metricAlerts" or "Microsoft.Insights/scheduledQueryRules");

    public sealed class Fixture() : DeploymentFixture("trial.bicepparam");
}
