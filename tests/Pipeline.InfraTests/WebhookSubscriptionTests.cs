using System.Text.RegularExpressions;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>How uploads reach the isolated worker: over a webhook, which <c>infra/subscribe.sh</c> connects once the code is up.</summary>
public sealed class WebhookSubscriptionTests(WebhookSubscriptionTests.Fixture events) : SubscriptionTests(events), IClassFixture<WebhookSubscriptionTests.Fixture>
{
    [Theory]
    [InlineData(BlobLayout.Datasets, "IngestDataset")]
    [InlineData(BlobLayout.Inbox, "ReceiveFile")]
    public void They_go_to_the_blob_trigger_of_the_container(string container, string function)
    {
        var subscription = Subscription(container);
        var url = subscription.Text("properties.destination.properties.endpointUrl");
        var code = File.ReadAllText(Repository.File("functions", "Isolated", "BlobFunctions.cs"));
        var trigger = Regex.Match(code, $@"public Task {function}\(\s*\[BlobTrigger\(BlobLayout\.(\w+) \+ ""/\{{name\}}"", Source = BlobTriggerSource\.EventGrid, ");

        Assert.Equal(function, Regex.Match(
            url, @"'https://\{0\}/runtime/webhooks/blobs\?functionName=Host\.Functions\.\{1\}&code=\{2\}'.* '(\w+)', parameters\('systemKey'\)\)\]$").Groups[1].Value);
        Assert.Equal(container, trigger.Groups[1].Value, ignoreCase: true);
        Assert.Equal("WebHook", subscription.Text("properties.destination.endpointType"));
        Assert.Equal("EventGridSchema", subscription.Text("properties.eventDeliverySchema"));
        Assert.Equal("1.2", subscription.Text("properties.destination.properties.minimumTlsVersionAllowed"));
    }

    [Fact]
    public void The_key_is_a_secure_parameter_and_appears_nowhere_in_the_template() =>
        Assert.DoesNotContain("key-of-the-test", Subscription(BlobLayout.Datasets).ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public async Task It_looks_for_what_the_main_deployment_makes()
    {
        using var folder = new BicepFolder();
        var main = await folder.PredictAsync("trial.bicepparam");

        Assert.Equal(
            main.OfType("Microsoft.Storage/storageAccounts").Single(account => account.Text("name").StartsWith("sthost", StringComparison.Ordinal)).Text("id"),
            Subscription(BlobLayout.Datasets).Text("properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.resourceId"));
        Assert.StartsWith($"{main.Single("Microsoft.EventGrid/systemTopics").Text("id")}/eventSubscriptions/", Subscription(BlobLayout.Datasets).Text("id"), StringComparison.Ordinal);
    }

    public sealed class Fixture() : DeploymentFixture("events.bicepparam")
    {
        protected override string? ResourceGroup => "rg-classifier-trial";
    }
}
