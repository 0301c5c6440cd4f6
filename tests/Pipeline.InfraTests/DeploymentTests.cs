using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Core.Messaging;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>What holds for every deployment, whatever its size.</summary>
public abstract class DeploymentTests(DeploymentFixture fixture)
{
    private readonly Deployment _deployment = fixture.Deployment;

    [Fact]
    public void No_service_takes_a_shared_key()
    {
        Assert.All(_deployment.OfType("Microsoft.Storage/storageAccounts"), account => Assert.False(account.Flag("properties.allowSharedKeyAccess")));
        Assert.True(_deployment.Single("Microsoft.ServiceBus/namespaces").Flag("properties.disableLocalAuth"));
        Assert.False(_deployment.Single("Microsoft.ContainerRegistry/registries").Flag("properties.adminUserEnabled"));
        Assert.False(_deployment.Single("Microsoft.ContainerRegistry/registries").Flag("properties.anonymousPullEnabled"));
        Assert.True(_deployment.Single("Microsoft.Insights/components").Flag("properties.DisableLocalAuth"));
        Assert.True(_deployment.Single("Microsoft.OperationalInsights/workspaces").Flag("properties.features.disableLocalAuth"));
    }

    [Fact]
    public void Every_connection_is_encrypted_with_tls_1_2_at_least()
    {
        Assert.All(_deployment.OfType("Microsoft.Storage/storageAccounts"), account =>
        {
            Assert.Equal("TLS1_2", account.Text("properties.minimumTlsVersion"));
            Assert.True(account.Flag("properties.supportsHttpsTrafficOnly"));
        });
        Assert.Equal("1.2", _deployment.Single("Microsoft.ServiceBus/namespaces").Text("properties.minimumTlsVersion"));
        Assert.False(_deployment.Single("Microsoft.App/containerApps").Flag("properties.configuration.ingress.allowInsecure"));
        Assert.StartsWith("[format('amqps://{0}'", _deployment.TrainerContainer.Settings()["Pipeline__Queue__Address"], StringComparison.Ordinal);
    }

    [Fact]
    public void No_blob_can_be_read_without_an_identity()
    {
        Assert.All(_deployment.OfType("Microsoft.Storage/storageAccounts"), account => Assert.False(account.Flag("properties.allowBlobPublicAccess")));
        Assert.All(_deployment.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"), container => Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    [Fact]
    public void No_output_and_no_setting_holds_a_secret()
    {
        var secret = new Regex("key|secret|password|token|connection", RegexOptions.IgnoreCase);

        Assert.DoesNotContain(_deployment.Outputs, secret.IsMatch);
        var settings = _deployment.FunctionsContainer.Settings().Concat(_deployment.TrainerContainer.Settings()).ToArray();
        // Where the keys of the Functions host are kept, not a key; and an address, since the component takes no local authentication.
        string[] harmless = ["AzureWebJobsSecretStorageType", "APPLICATIONINSIGHTS_CONNECTION_STRING"];
        Assert.DoesNotContain(settings, setting => secret.IsMatch(setting.Key) && !harmless.Contains(setting.Key));
        Assert.DoesNotContain(settings, setting => Regex.IsMatch(setting.Value, "AccountKey=|SharedAccess|sig=", RegexOptions.IgnoreCase));
        Assert.Null(_deployment.Single("Microsoft.App/containerApps").At("properties.configuration")["secrets"]);
        Assert.Null(_deployment.Single("Microsoft.App/jobs").At("properties.configuration")["secrets"]);
    }

    [Fact]
    public void The_containers_are_those_of_the_code_and_deleted_blobs_can_be_brought_back()
    {
        var containers = _deployment.OfType("Microsoft.Storage/storageAccounts/blobServices/containers")
            .Select(container => container.Text("name"))
            .Where(name => !name.StartsWith("sthost", StringComparison.Ordinal))
            .Select(name => name.Split('/')[^1]);
        var blobs = Assert.Single(
            _deployment.OfType("Microsoft.Storage/storageAccounts/blobServices"),
            service => !service.Text("id").Contains("/sthost", StringComparison.Ordinal));

        Assert.Equal(BlobLayout.Containers.Order(), containers.Order());
        Assert.True(blobs.Flag("properties.isVersioningEnabled"));
        Assert.True(blobs.Flag("properties.deleteRetentionPolicy.enabled"));
        Assert.True(blobs.Flag("properties.containerDeleteRetentionPolicy.enabled"));
    }

    [Fact]
    public void Runs_and_old_versions_expire_and_models_do_not()
    {
        var rules = _deployment.Single("Microsoft.Storage/storageAccounts/managementPolicies").At("properties.policy.rules").AsArray();

        var runs = Assert.Single(rules, rule => rule!.At("definition.actions")["baseBlob"] is not null)!;
        Assert.Equal([$"{BlobLayout.Runs}/"], runs.Texts("definition.filters.prefixMatch"));
        Assert.Contains("appendBlob", runs.Texts("definition.filters.blobTypes"));
        Assert.True(runs.Number("definition.actions.baseBlob.delete.daysAfterModificationGreaterThan") > 0);
        Assert.Single(rules, rule => rule!.At("definition.actions")["version"] is not null);
    }

    [Fact]
    public void The_queues_behave_as_the_code_expects()
    {
        var options = new QueueOptions();
        var queues = _deployment.OfType("Microsoft.ServiceBus/namespaces/queues").ToDictionary(queue => queue.Text("name").Split('/')[^1]);

        Assert.Equal(
            new[]
            {
                (options.EntityPath, true, DeliveryLimits.TrainingRequests, "P14D"),
                (options.PartsEntityPath, true, DeliveryLimits.Functions, "P2D"),
                (options.InboxEntityPath, true, DeliveryLimits.Functions, "P14D"),
                ("dataset-uploads", false, DeliveryLimits.Functions, "P14D"),
                ("inbox-uploads", false, DeliveryLimits.Functions, "P14D"),
            }.Order(),
            queues.Select(queue => (
                queue.Key, queue.Value.Flag("properties.requiresDuplicateDetection"), queue.Value.Number("properties.maxDeliveryCount"),
                queue.Value.Text("properties.defaultMessageTimeToLive"))).Order());
        Assert.All(queues.Values, queue =>
        {
            Assert.Equal("PT10M", queue.Text("properties.duplicateDetectionHistoryTimeWindow"));
            Assert.Equal("PT1M", queue.Text("properties.lockDuration"));
            Assert.True(queue.Flag("properties.deadLetteringOnMessageExpiration"));
        });
    }

    [Fact]
    public void The_triggers_of_the_queues_find_their_connection_and_log_in_as_the_app()
    {
        var settings = _deployment.FunctionsContainer.Settings();

        Assert.All(QueueTriggers().Select(trigger => trigger.Text("connection")).Distinct(), connection =>
        {
            Assert.Equal("managedidentity", settings[$"{connection}__credential"]);
            Assert.Equal("functions", Grant.Holder(settings[$"{connection}__clientId"]));
            Assert.Contains("serviceBus", settings[$"{connection}__fullyQualifiedNamespace"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Each_queue_and_its_dead_letters_are_taken_by_one_function_and_training_requests_by_the_trainer()
    {
        var queues = _deployment.OfType("Microsoft.ServiceBus/namespaces/queues").Select(queue => queue.Text("name").Split('/')[^1]);

        Assert.Equal(
            queues.SelectMany(queue => new[] { queue, $"{queue}/$DeadLetterQueue" }).Except([new QueueOptions().EntityPath]).Order(StringComparer.Ordinal),
            QueueTriggers().Select(trigger => trigger.Text("queueName")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_that_a_trigger_asks_for_is_set()
    {
        var asked = FunctionFiles().SelectMany(file => Regex.Matches(File.ReadAllText(file), "\"%(\\w+)%\"")).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.Equal(["CHECK_RUNS_SCHEDULE"], asked);
        Assert.All(asked, name => Assert.Matches(@"^0 \S+ \S+ \* \* \*$", _deployment.FunctionsContainer.Settings()[name]));
    }

    [Fact]
    public void One_message_starts_one_trainer_and_the_platform_never_starts_it_again_by_itself()
    {
        var job = _deployment.Single("Microsoft.App/jobs");
        var bus = _deployment.Single("Microsoft.ServiceBus/namespaces").Text("name");
        var events = job.At("properties.configuration.eventTriggerConfig");
        var rule = Assert.Single(events.At("scale.rules").AsArray())!;

        Assert.Equal("Event", job.Text("properties.configuration.triggerType"));
        Assert.Equal(0, job.Number("properties.configuration.replicaRetryLimit"));
        Assert.True(job.Number("properties.configuration.replicaTimeout") >= 3600);
        Assert.Equal((1, 1), (events.Number("parallelism"), events.Number("replicaCompletionCount")));
        Assert.Equal((0, 30), (events.Number("scale.minExecutions"), events.Number("scale.pollingInterval")));
        Assert.True(events.Number("scale.maxExecutions") >= 1);
        Assert.Equal("azure-servicebus", rule.Text("type"));
        Assert.Equal((bus, "training-requests", "1"), (rule.Text("metadata.namespace"), rule.Text("metadata.queueName"), rule.Text("metadata.messageCount")));
        Assert.Equal("scaler", Grant.Holder(rule.Text("identity")));
        Assert.Null(rule["auth"]);
        Assert.Equal(["--once"], _deployment.TrainerContainer.Texts("args"));
    }

    [Fact]
    public void Every_role_is_on_the_list()
    {
        var granted = _deployment.OfType("Microsoft.Authorization/roleAssignments").Select(Grant.Of).ToArray();

        Assert.Equal(Grant.Allowed(fixture.HasUploader).Order(), granted.Select(grant => grant.ToString()).Order());
    }

    [Theory]
    [InlineData("Microsoft.App/containerApps", "functions")]
    [InlineData("Microsoft.App/jobs", "trainer")]
    public void A_container_can_use_its_own_identity_only(string type, string own)
    {
        var usable = _deployment.Single(type).At("properties.configuration.identitySettings").AsArray()
            .Where(setting => setting!.Text("lifecycle") != "None")
            .Select(setting => Grant.Holder(setting!.Text("identity")));
        var assigned = _deployment.Single(type).At("identity.userAssignedIdentities").AsObject().Select(identity => Grant.Holder(identity.Key));
        var settled = _deployment.Single(type).At("properties.configuration.identitySettings").AsArray().Select(setting => Grant.Holder(setting!.Text("identity")));

        Assert.Equal([own], usable);
        // An identity without a setting would be open to the container.
        Assert.Equal(assigned.Order(), settled.Order());
    }

    [Fact]
    public void Both_programs_get_every_configuration_name_they_need_and_no_other()
    {
        var functions = _deployment.FunctionsContainer.Settings().Keys.Where(name => name.StartsWith("Pipeline__", StringComparison.Ordinal) && !name.StartsWith("Pipeline__Auth__", StringComparison.Ordinal)).ToArray();
        var trainer = _deployment.TrainerContainer.Settings().Keys.ToArray();

        // Learning from use is none of the trainer's business.
        Assert.Equal(functions.Order(), trainer.Append("Pipeline__Feedback__Enabled").Order());
        Assert.Empty(ConfigurationNames.WithoutDefault().Except(trainer));
        Assert.All(functions, name => Assert.True(ConfigurationNames.IsRead(name), name));
    }

    [Fact]
    public void The_workbook_is_on_the_workspace_and_its_metrics_are_the_queues()
    {
        var workbook = _deployment.Single("Microsoft.Insights/workbooks");

        Assert.Contains("workspaceId", workbook.Text("properties.sourceId"), StringComparison.Ordinal);
        // The page is one expression over both ids, which a deployment puts in.
        Assert.All(["'{workspaceId}'", "'{serviceBusId}'"], place => Assert.Contains(place, workbook.Text("properties.serializedData"), StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_that_users_send_is_kept_unless_somebody_decides_so()
    {
        Assert.Equal("False", _deployment.FunctionsContainer.Settings()["Pipeline__Feedback__Enabled"], ignoreCase: true);
    }

    [Fact]
    public void Each_program_asks_for_tokens_as_itself()
    {
        Assert.All(["Pipeline__Storage__ClientId", "Pipeline__Queue__ClientId"], name =>
        {
            Assert.Equal("functions", Grant.Holder(_deployment.FunctionsContainer.Settings()[name]));
            Assert.Equal("trainer", Grant.Holder(_deployment.TrainerContainer.Settings()[name]));
        });
        Assert.Equal("functions", Grant.Holder(_deployment.FunctionsContainer.Settings()["AzureWebJobsStorage__clientId"]));
    }

    [Fact]
    public void The_functions_host_runs_a_custom_handler_and_keeps_its_keys_outside_the_container()
    {
        var app = _deployment.Single("Microsoft.App/containerApps");
        var settings = _deployment.FunctionsContainer.Settings();

        Assert.Equal("functionapp", app.Text("kind"));
        Assert.Equal("custom", settings["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.Equal("blob", settings["AzureWebJobsSecretStorageType"]);
        Assert.Contains("AzureWebJobsStorage__blobServiceUri", settings.Keys);
        // Of the isolated worker's trigger.
        Assert.DoesNotContain(settings.Keys, name => name.StartsWith("PipelineStorage__", StringComparison.Ordinal) || name.EndsWith("__queueServiceUri", StringComparison.Ordinal));
        Assert.EndsWith(";Authorization=AAD', " + Inner(settings["Pipeline__Storage__ClientId"]) + ")]", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_outputs_say_where_the_endpoint_is_and_how_to_upload() =>
        Assert.Equal(["AZURE_CONTAINER_REGISTRY_ENDPOINT", "AZURE_RESOURCE_GROUP", "endpoint", "storageAccount"], _deployment.Outputs.Order(StringComparer.Ordinal));

    private static IEnumerable<string> FunctionFiles() => Directory.EnumerateDirectories(Repository.File("functions")).Select(folder => Path.Combine(folder, "function.json")).Where(File.Exists);

    private static JsonNode[] QueueTriggers()
    {
        var triggers = FunctionFiles().Select(file => JsonNode.Parse(File.ReadAllText(file))!.At("bindings")[0]!).Where(trigger => trigger.Text("type") == "serviceBusTrigger").ToArray();
        Assert.NotEmpty(triggers);
        return triggers;
    }

    private static string Inner(string expression) => expression[1..^1];
}
