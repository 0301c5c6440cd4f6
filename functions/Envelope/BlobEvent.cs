using System.Globalization;
using System.Text.Json;

namespace Pipeline.Functions.Envelope;

/// <summary>What an Event Grid event says about a blob. Event Grid's own schema and CloudEvents 1.0 differ in the names of type and time only.</summary>
/// <param name="Type">For example <c>Microsoft.Storage.BlobCreated</c>.</param>
/// <param name="Api">The storage call that raised it, for example <c>PutBlob</c>.</param>
/// <param name="Container">The blob's container.</param>
/// <param name="Blob">The blob's name in the container.</param>
/// <param name="ETag">The upload, quotes stripped; empty where the event does not say.</param>
/// <param name="SizeBytes">The blob's length; 0 where the event does not say.</param>
/// <param name="At">When it happened; null where the event does not say.</param>
internal sealed record BlobEvent(string Type, string Api, string Container, string Blob, string ETag = "", long SizeBytes = 0, DateTimeOffset? At = null) : IQueueMessage
{
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string SubjectStart = "/blobServices/default/containers/";
    private const string SubjectMiddle = "/blobs/";

    /// <summary>Names the blob for the log. Not the event: nothing asks for its id.</summary>
    public string MessageId => $"{Container}/{Blob}";

    /// <summary>Always: what can be missing is none of an event that concerns the pipeline, and is passed over.</summary>
    public bool IsComplete => true;

    /// <summary>Whether a blob was created or overwritten.</summary>
    public bool IsCreation => Type == Created;

    /// <summary>The event of a blob whose own event the host has read, and judged, itself.</summary>
    public static BlobEvent Of(string container, string blob) => new(Created, "PutBlob", container, blob);

    /// <summary>Reads an event, or a list of just one, which is what Event Grid sends to some of its destinations.</summary>
    /// <exception cref="EnvelopeException">It is no event: a field is missing.</exception>
    public static BlobEvent Read(JsonElement e)
    {
        if (e.ValueKind == JsonValueKind.Array && e.GetArrayLength() == 1)
            e = e[0];
        if (e.ValueKind != JsonValueKind.Object)
        {
            throw new EnvelopeException(
                $"The message is a JSON {e.ValueKind}{(e.ValueKind == JsonValueKind.Array ? $" of {e.GetArrayLength()}" : "")}, not one event as an object, or as a list of one.");
        }

        var type = Text(e, "eventType") ?? Text(e, "type")
            ?? throw new EnvelopeException("The event has neither 'eventType' (Event Grid schema) nor 'type' (CloudEvents).");
        var subject = Text(e, "subject") ?? throw new EnvelopeException("The event has no 'subject'.");
        var data = e.TryGetProperty("data", out var said) && said.ValueKind == JsonValueKind.Object ? said : default;
        var (container, blob) = Split(subject);
        return new BlobEvent(
            type, Text(data, "api") ?? "", container, blob, Text(data, "eTag")?.Trim('"') ?? "",
            Number(data, "contentLength"),
            DateTimeOffset.TryParse(Text(e, "eventTime") ?? Text(e, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);
    }

    // An event of another service has another form of subject; it names no container, and is then passed over as not ours.
    private static (string Container, string Blob) Split(string subject)
    {
        if (!subject.StartsWith(SubjectStart, StringComparison.Ordinal))
            return ("", "");
        var end = subject.IndexOf(SubjectMiddle, SubjectStart.Length, StringComparison.Ordinal);
        return end < 0 ? ("", "") : (subject[SubjectStart.Length..end], subject[(end + SubjectMiddle.Length)..]);
    }

    private static long Number(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static string? Text(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
