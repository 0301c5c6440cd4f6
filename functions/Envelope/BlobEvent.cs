using System.Text.Json;

namespace Pipeline.Functions.Envelope;

/// <summary>What an Event Grid event says about a blob. Event Grid's own schema and CloudEvents 1.0 differ in the name of the type only.</summary>
/// <param name="Type">For example <c>Microsoft.Storage.BlobCreated</c>.</param>
/// <param name="Api">The storage call that raised it, for example <c>PutBlob</c>.</param>
/// <param name="Container">The blob's container.</param>
/// <param name="Blob">The blob's name in the container.</param>
internal sealed record BlobEvent(string Type, string Api, string Container, string Blob)
{
    private const string SubjectStart = "/blobServices/default/containers/";
    private const string SubjectMiddle = "/blobs/";

    /// <summary>Reads an event.</summary>
    /// <exception cref="EnvelopeException">A field is missing.</exception>
    public static BlobEvent Read(JsonElement e)
    {
        var type = Text(e, "eventType") ?? Text(e, "type")
            ?? throw new EnvelopeException("The event has neither 'eventType' (Event Grid schema) nor 'type' (CloudEvents).");
        var subject = Text(e, "subject") ?? throw new EnvelopeException("The event has no 'subject'.");
        var api = e.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? Text(data, "api") : null;
        var (container, blob) = Split(subject);
        return new BlobEvent(type, api ?? "", container, blob);
    }

    // An event of another service has another form of subject; it names no container, and is then passed over as not ours.
    private static (string Container, string Blob) Split(string subject)
    {
        if (!subject.StartsWith(SubjectStart, StringComparison.Ordinal))
            return ("", "");
        var end = subject.IndexOf(SubjectMiddle, SubjectStart.Length, StringComparison.Ordinal);
        return end < 0 ? ("", "") : (subject[SubjectStart.Length..end], subject[(end + SubjectMiddle.Length)..]);
    }

    private static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
