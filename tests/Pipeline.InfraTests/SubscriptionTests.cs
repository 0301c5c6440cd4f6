using System.Text.Json.Nodes;
using Pipeline.Core.Storage;

namespace Pipeline.InfraTests;

/// <summary>What holds for the event subscriptions, wherever they deliver to.</summary>
public abstract class SubscriptionTests(DeploymentFixture fixture)
{
    [Fact]
    public void There_is_one_for_each_container_that_files_are_dropped_into() => Assert.Equal(
        ["evgt-datasets/dataset-uploads", "evgt-datasets/inbox-uploads"],
        fixture.Deployment.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions").Select(subscription => subscription.Text("name")).Order());

    [Theory]
    [InlineData(BlobLayout.Datasets)]
    [InlineData(BlobLayout.Inbox)]
    public void Only_finished_uploads_to_the_container_are_delivered(string container)
    {
        var filter = Subscription(container).At("properties.filter");
        var api = Assert.Single(filter.At("advancedFilters").AsArray())!;

        Assert.Equal(["Microsoft.Storage.BlobCreated"], filter.Texts("includedEventTypes"));
        Assert.Equal($"/blobServices/default/containers/{container}/blobs/", filter.Text("subjectBeginsWith"));
        // Not cut short by an ending: '{name}/_ready' has none.
        Assert.Null(filter["subjectEndsWith"]);
        Assert.Equal(("StringIn", "data.api"), (api.Text("operatorType"), api.Text("key")));
        Assert.Equal(["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"], api.Texts("values"));
    }

    [Theory]
    [InlineData(BlobLayout.Datasets)]
    [InlineData(BlobLayout.Inbox)]
    public void An_event_that_cannot_be_delivered_is_kept(string container)
    {
        var letters = Subscription(container).At("properties.deadLetterWithResourceIdentity");

        Assert.Equal("SystemAssigned", letters.Text("identity.type"));
        Assert.Equal("event-dead-letters", letters.Text("deadLetterDestination.properties.blobContainerName"));
        Assert.Equal((30, 1440), (
            Subscription(container).Number("properties.retryPolicy.maxDeliveryAttempts"), Subscription(container).Number("properties.retryPolicy.eventTimeToLiveInMinutes")));
    }

    /// <summary>The one whose events are about a container.</summary>
    private protected JsonNode Subscription(string container) => Assert.Single(
        fixture.Deployment.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions"),
        s => s.Text("properties.filter.subjectBeginsWith").Contains($"/containers/{container}/", StringComparison.Ordinal));
}
