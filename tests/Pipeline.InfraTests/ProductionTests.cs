using Microsoft.Extensions.Configuration;
using Pipeline.Core.Costs;
using Pipeline.Core.Runs;

namespace Pipeline.InfraTests;

/// <summary>The deployment for use, after a build.</summary>
public sealed class ProductionTests(ProductionTests.Fixture production) : DeploymentTests(production), IClassFixture<ProductionTests.Fixture>
{
    [Fact]
    public void The_trainer_gets_a_whole_gpu()
    {
        var job = production.Deployment.Single("Microsoft.App/jobs");
        var gpu = Assert.Single(
            production.Deployment.Single("Microsoft.App/managedEnvironments").At("properties.workloadProfiles").AsArray(),
            profile => profile!.Text("name") == "gpu")!;

        Assert.Equal("Consumption-GPU-NC8as-T4", gpu.Text("workloadProfileType"));
        Assert.Contains("trainerProfileName", job.Text("properties.workloadProfileName"), StringComparison.Ordinal);
        Assert.Equal((8, "56Gi"), (production.Deployment.TrainerContainer.Number("resources.cpu"), production.Deployment.TrainerContainer.Text("resources.memory")));
    }

    [Fact]
    public void The_built_images_run()
    {
        Assert.Equal("cr.example/functions:7", production.Deployment.FunctionsContainer.Text("image"));
        Assert.Equal("cr.example/trainer:7", production.Deployment.TrainerContainer.Text("image"));
    }

    [Fact]
    public void Dead_letters_lost_events_server_errors_and_the_bill_are_reported()
    {
        var alerts = production.Deployment.OfType("Microsoft.Insights/metricAlerts").ToDictionary(
            alert => alert.Text("name"),
            alert => Assert.Single(alert.At("properties.criteria.allOf").AsArray())!);

        Assert.Equal(["alert-5xx", "alert-dead-letters", "alert-undelivered-events"], alerts.Keys.Order());
        Assert.Equal("DeadletteredMessages", alerts["alert-dead-letters"].Text("metricName"));
        // Of any queue.
        Assert.Equal(["*"], Assert.Single(alerts["alert-dead-letters"].At("dimensions").AsArray())!.Texts("values"));
        Assert.Equal("Requests", alerts["alert-5xx"].Text("metricName"));
        Assert.Equal("DeadLetteredCount", alerts["alert-undelivered-events"].Text("metricName"));
        Assert.Equal(500, production.Deployment.Single("Microsoft.Consumption/budgets").Number("properties.amount"));
        Assert.Equal("2026-11-01", production.Deployment.Single("Microsoft.Consumption/budgets").Text("properties.timePeriod.startDate"));
    }

    [Fact]
    public void Failed_runs_silent_trainers_and_drift_are_reported_by_the_numbers_under_which_they_are_logged()
    {
        var queries = production.Deployment.OfType("Microsoft.Insights/scheduledQueryRules").ToDictionary(
            rule => rule.Text("name"),
            rule => Assert.Single(rule.At("properties.criteria.allOf").AsArray())!.Text("query"));

        Assert.Equal(["alert-drift", "alert-failed-runs", "alert-no-heartbeat"], queries.Keys.Order());
        Assert.Contains($"\"EventId\":{RunLogEvents.RunFailed.Id}'", queries["alert-failed-runs"], StringComparison.Ordinal);
        Assert.Contains($"'[{RunLogEvents.RunFailed.Id}]'", queries["alert-failed-runs"], StringComparison.Ordinal);
        Assert.Contains($"\"EventId\":{RunLogEvents.TrainerSilent.Id}'", queries["alert-no-heartbeat"], StringComparison.Ordinal);
        // DriftWatch.Drifted; the functions app's own tests hold it to this number.
        Assert.Contains("\"EventId\":5001'", queries["alert-drift"], StringComparison.Ordinal);
    }

    [Fact]
    public void Log_lines_are_those_of_the_containers() => LogQueries.AssertTheyRead(production.Deployment, "ContainerAppConsoleLogs");

    [Fact]
    public void Both_programs_reckon_with_the_rates_of_the_accelerator_that_runs_are_trained_on()
    {
        Assert.All([production.Deployment.FunctionsContainer, production.Deployment.TrainerContainer], container =>
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(container.Settings().Select(s =>
                KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value))).Build();
            var rates = configuration.GetSection(RateOptions.Section).Get<RateOptions>()!;

            Assert.Equal(("T4", "EUR"), (rates.Accelerator, rates.Currency));
            Assert.Equal((1.25m, 0.3, null), (rates.Of("T4").PerHour, rates.Of("T4").Utilisation, rates.Of("T4").PeakTflops));
            Assert.NotNull(Accelerator.Find(rates.Accelerator));
        });
    }

    [Fact]
    public void Data_lies_in_three_zones() =>
        Assert.Contains(production.Deployment.OfType("Microsoft.Storage/storageAccounts"), account => account.Text("sku.name") == "Standard_ZRS");

    public sealed class Fixture() : DeploymentFixture(
        "production.bicepparam",
        ("ALERT_EMAIL", "operator@example.com"),
        ("BUDGET_START_DATE", "2026-11-01"),
        ("RATES_CURRENCY", "EUR"),
        ("TRAINING_RATES", """[{"accelerator": "T4", "perHour": "1.25", "utilisation": "0.3"}]"""),
        ("AZURE_PRINCIPAL_ID", "00000000-0000-0000-0000-00000000000a"),
        ("SERVICE_FUNCTIONS_IMAGE_NAME", "cr.example/functions:7"),
        ("SERVICE_TRAINER_IMAGE_NAME", "cr.example/trainer:7"));
}
