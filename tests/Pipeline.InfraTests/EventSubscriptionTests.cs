using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

public sealed class EventSubscriptionTests(EventSubscriptionTests.Fixture events) : IClassFixture<EventSubscriptionTests.Fixture>
{
    private readonly JsonNode _subscription = events.Subscription(BlobLayout.Datasets);

    [Fact]
    public void There_is_one_for_each_container_that_files_are_dropped_into() =>
        Assert.Equal(2, events.Deployment.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions").Count());

    [Theory]
    [InlineData(BlobLayout.Datasets)]
    [InlineData(BlobLayout.Inbox)]
    public void Only_finished_uploads_to_the_container_are_delivered(string container)
    {
        var filter = events.Subscription(container).At("properties.filter");
        var api = Assert.Single(filter.At("advancedFilters").AsArray())!;

        Assert.Equal(["Microsoft.Storage.BlobCreated"], filter.Texts("includedEventTypes"));
        Assert.Equal($"/blobServices/default/containers/{container}/blobs/", filter.Text("subjectBeginsWith"));
        // Not cut short by an ending: '{name}/_ready' has none.
        Assert.Null(filter["subjectEndsWith"]);
        Assert.Equal(("StringIn", "data.api"), (api.Text("operatorType"), api.Text("key")));
        Assert.Equal(["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"], api.Texts("values"));
    }

    [Theory]
    [InlineData(BlobLayout.Datasets, "IngestDataset")]
    [InlineData(BlobLayout.Inbox, "ReceiveFile")]
    public void They_go_to_a_function_that_exists_and_takes_events(string container, string taker)
    {
        var subscription = events.Subscription(container);
        var url = subscription.Text("properties.destination.properties.endpointUrl");
        var function = Regex.Match(url, @"'https://\{0\}/runtime/webhooks/eventgrid\?functionName=\{1\}&code=\{2\}'.* '(\w+)', parameters\('systemKey'\)\)\]$").Groups[1].Value;
        var binding = JsonNode.Parse(File.ReadAllText(Repository.File("functions", function, "function.json")))!.At("bindings")[0]!;

        Assert.Equal(taker, function);
        Assert.Equal("eventGridTrigger", binding.Text("type"));
        Assert.Equal("WebHook", subscription.Text("properties.destination.endpointType"));
        Assert.Equal("EventGridSchema", subscription.Text("properties.eventDeliverySchema"));
        Assert.Equal("1.2", subscription.Text("properties.destination.properties.minimumTlsVersionAllowed"));
    }

    [Fact]
    public void The_key_is_a_secure_parameter_and_appears_nowhere_in_the_template()
    {
        Assert.DoesNotContain("key-of-the-test", _subscription.ToJsonString(), StringComparison.Ordinal);
        Assert.EndsWith("parameters('systemKey'))]", _subscription.Text("properties.destination.properties.endpointUrl"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_cannot_be_delivered_is_kept()
    {
        var letters = _subscription.At("properties.deadLetterWithResourceIdentity");

        Assert.EndsWith("/id-events", letters.Text("identity.userAssignedIdentity"), StringComparison.Ordinal);
        Assert.Equal("event-dead-letters", letters.Text("deadLetterDestination.properties.blobContainerName"));
    }

    [Fact]
    public async Task It_looks_for_what_the_main_deployment_makes()
    {
        using var folder = new BicepFolder();
        var main = await folder.PredictAsync("trial.bicepparam");

        Assert.Equal(
            main.OfType("Microsoft.Storage/storageAccounts").Single(account => account.Text("name").StartsWith("sthost", StringComparison.Ordinal)).Text("id"),
            _subscription.Text("properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.resourceId"));
        Assert.Contains(
            _subscription.Text("properties.deadLetterWithResourceIdentity.identity.userAssignedIdentity"),
            main.OfType("Microsoft.ManagedIdentity/userAssignedIdentities").Select(identity => identity.Text("id")));
        Assert.StartsWith($"{main.Single("Microsoft.EventGrid/systemTopics").Text("id")}/eventSubscriptions/", _subscription.Text("id"), StringComparison.Ordinal);
    }

    public sealed class Fixture() : DeploymentFixture("events.bicepparam")
    {
        protected override string? ResourceGroup => "rg-classifier-trial";

        /// <summary>The one whose events are about a container.</summary>
        internal JsonNode Subscription(string container) => Assert.Single(
            Deployment.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions"),
            s => s.Text("properties.filter.subjectBeginsWith").Contains($"/containers/{container}/", StringComparison.Ordinal));
    }
}
