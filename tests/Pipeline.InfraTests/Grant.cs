using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.InfraTests;

/// <summary>Who may do what where.</summary>
internal sealed partial record Grant(string Who, string Role, string Where)
{
    /// <summary>Built-in roles by their ids, from Microsoft's list (learn.microsoft.com/azure/role-based-access-control/built-in-roles).</summary>
    private static readonly Dictionary<string, string> _roles = new()
    {
        ["090c5cfd-751d-490a-894a-3ce6f1109419"] = "Azure Service Bus Data Owner",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["7f951dda-4ed3-4680-a7ca-43fe172d538d"] = "AcrPull",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
    };

    /// <summary>All that may ever be granted.</summary>
    /// <param name="uploader">To somebody who uploads too.</param>
    /// <param name="isolated">Where the functions app is an isolated worker.</param>
    public static IEnumerable<string> Allowed(bool uploader, bool isolated = false)
    {
        string[] programs =
        [
            "events: Storage Blob Data Contributor on host storage/event-dead-letters",
            "functions: Azure Service Bus Data Owner on queue inbox-files",
            "functions: Azure Service Bus Data Owner on queue ingest-parts",
            "functions: Azure Service Bus Data Owner on queue training-requests",
            "functions: Monitoring Metrics Publisher on insights",
            "functions: Storage Blob Data Contributor on storage/drift",
            "functions: Storage Blob Data Contributor on storage/feedback",
            "functions: Storage Blob Data Contributor on storage/models",
            "functions: Storage Blob Data Contributor on storage/outbox",
            "functions: Storage Blob Data Contributor on storage/runs",
            "functions: Storage Blob Data Owner on host storage",
            "functions: Storage Blob Data Reader on storage/base-models",
            "functions: Storage Blob Data Reader on storage/datasets",
            "functions: Storage Blob Data Reader on storage/inbox",
            "pull: AcrPull on registry",
            "scaler: Azure Service Bus Data Owner on service bus",
            "trainer: Azure Service Bus Data Receiver on queue training-requests",
            "trainer: Azure Service Bus Data Sender on queue training-requests",
            "trainer: Storage Blob Data Contributor on storage/models",
            "trainer: Storage Blob Data Contributor on storage/runs",
            "trainer: Storage Blob Data Reader on storage/base-models",
        ];
        string[] people =
        [
            "uploader: Storage Blob Data Contributor on storage/base-models",
            "uploader: Storage Blob Data Contributor on storage/datasets",
            "uploader: Storage Blob Data Contributor on storage/feedback",
            "uploader: Storage Blob Data Contributor on storage/inbox",
            "uploader: Storage Blob Data Contributor on storage/outbox",
            "uploader: Storage Blob Data Reader on storage/drift",
            "uploader: Storage Blob Data Reader on storage/models",
            "uploader: Storage Blob Data Reader on storage/runs",
        ];
        // Of the queues that Event Grid fills.
        string[] queues =
        [
            "events: Azure Service Bus Data Sender on queue dataset-uploads",
            "events: Azure Service Bus Data Sender on queue inbox-uploads",
            "functions: Azure Service Bus Data Owner on queue dataset-uploads",
            "functions: Azure Service Bus Data Owner on queue inbox-uploads",
        ];
        // Of the blob trigger, which takes the events itself.
        string[] blobTrigger =
        [
            "functions: Storage Queue Data Contributor on host storage",
            "functions: Storage Queue Data Contributor on storage",
        ];
        return [.. programs, .. isolated ? blobTrigger : queues, .. uploader ? people : []];
    }

    public static Grant Of(JsonNode assignment) => new(
        Holder(assignment.Text("properties.principalId")),
        _roles[assignment.Text("properties.roleDefinitionId").Split('/')[^1]],
        Scope(assignment.Text("id")));

    /// <summary>The identity that an expression over the outputs of <c>identities.bicep</c> speaks of, or the topic's own; a plain id is the person's.</summary>
    public static string Holder(string expression) => !expression.StartsWith('[')
        ? "uploader"
        : TopicIdentity().IsMatch(expression) ? "events" : IdentityOutput().Match(expression).Groups["name"].Value;

    public override string ToString() => $"{Who}: {Role} on {Where}";

    private static string Scope(string id)
    {
        var path = id[..id.IndexOf("/providers/Microsoft.Authorization/", StringComparison.Ordinal)].Split('/');
        var (type, name) = (path[^2], path[^1]);
        return type switch
        {
            "components" => "insights",
            "namespaces" => "service bus",
            "containers" => $"{Account(path[^5])}/{name}",
            "queues" => $"queue {name}",
            "registries" => "registry",
            "storageAccounts" => Account(name),
            _ => id,
        };
    }

    private static string Account(string name) => name.StartsWith("sthost", StringComparison.Ordinal) ? "host storage" : "storage";

    [GeneratedRegex(@"'identities'.*\.outputs\.(?<name>\w+)\.value\.(id|clientId|principalId)")]
    private static partial Regex IdentityOutput();

    [GeneratedRegex(@"^\[reference\('/[^']*/providers/Microsoft\.EventGrid/systemTopics/evgt-datasets'[^)]*\)\.identity\.principalId\]$")]
    private static partial Regex TopicIdentity();
}
