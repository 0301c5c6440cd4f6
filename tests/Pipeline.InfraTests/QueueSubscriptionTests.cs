using System.Text.Json.Nodes;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>How uploads reach the custom handler: over queues, by the one deployment.</summary>
public sealed class QueueSubscriptionTests(TrialTests.Fixture trial) : SubscriptionTests(trial), IClassFixture<TrialTests.Fixture>
{
    [Theory]
    [InlineData(BlobLayout.Datasets, "dataset-uploads")]
    [InlineData(BlobLayout.Inbox, "inbox-uploads")]
    public void They_fill_a_queue_by_the_topics_own_identity(string container, string queueName)
    {
        var subscription = Subscription(container);
        var delivery = subscription.At("properties.deliveryWithResourceIdentity");
        var queue = Assert.Single(
            trial.Deployment.OfType("Microsoft.ServiceBus/namespaces/queues"), queue => queue.Text("name").EndsWith("/" + queueName, StringComparison.Ordinal));

        Assert.Equal("SystemAssigned", delivery.Text("identity.type"));
        Assert.Equal(("ServiceBusQueue", queue.Text("id")), (delivery.Text("destination.endpointType"), delivery.Text("destination.properties.resourceId")));
        Assert.Equal("EventGridSchema", subscription.Text("properties.eventDeliverySchema"));
        // That would be a way without an identity.
        Assert.Null(subscription.At("properties")["destination"]);
    }

    [Fact]
    public async Task They_come_after_the_roles_and_after_all_that_takes_minutes()
    {
        using var folder = new BicepFolder();
        var resources = JsonNode.Parse(await folder.CompileAsync("main.bicep"))!.At("resources").AsObject();

        var before = Before("uploadSubscriptions");

        Assert.Superset(new HashSet<string> { "eventTopic", "serviceBus", "hostStorage", "environment", "functionsApp", "trainerJob" }, before);

        HashSet<string> Before(string resource) => [.. (resources[resource]?["dependsOn"]?.AsArray() ?? [])
            .Select(name => name!.GetValue<string>()).SelectMany(name => Before(name).Append(name))];
    }
}
