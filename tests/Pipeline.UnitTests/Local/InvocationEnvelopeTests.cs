using System.Text.Json.Nodes;
using Pipeline.Local;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.UnitTests.Local;

public class InvocationEnvelopeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly DroppedBlob Blob = new("datasets", "my mails.csv", "0x8DC", 42, "text/csv", Noon);

    private static JsonObject Event(DroppedBlob blob) => BlobCreatedEvent.For(blob, new Uri("http://127.0.0.1:10000/devstoreaccount1/datasets"));

    [Fact]
    public void The_event_stands_as_an_object_under_the_name_of_the_binding()
    {
        var envelope = InvocationEnvelope.ForEventGrid(new FunctionDefinition("IngestDataset", "event"), Event(Blob), Guid.Empty, Noon);

        var gridEvent = Assert.IsType<JsonObject>(envelope["Data"]!["event"]);
        Assert.Equal("Microsoft.Storage.BlobCreated", (string?)gridEvent["eventType"]);
        Assert.Equal("/blobServices/default/containers/datasets/blobs/my mails.csv", (string?)gridEvent["subject"]);
        Assert.Equal("IngestDataset", (string?)envelope["Metadata"]!["sys"]!["MethodName"]);
        Assert.Equal("0x8DC", (string?)envelope["Metadata"]!["data"]!["eTag"]);
    }

    [Fact]
    public void The_event_describes_the_blob()
    {
        var data = Event(Blob)["data"]!;

        Assert.Equal("PutBlob", (string?)data["api"]);
        Assert.Equal(42, (long)data["contentLength"]!);
        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1/datasets/my%20mails.csv", (string?)data["url"]);
    }

    [Fact]
    public void The_event_id_is_the_same_for_the_same_version_only()
    {
        Assert.Equal((string?)Event(Blob)["id"], (string?)Event(Blob)["id"]);
        Assert.NotEqual((string?)Event(Blob)["id"], (string?)Event(Blob with { ETag = "0x8DD" })["id"]);
    }

    [Fact]
    public void The_bindings_of_events_are_read_from_the_built_app()
    {
        var app = Path.GetDirectoryName(Pipeline.Local.Hosting.ChildPrograms.Functions)!;

        Assert.Equal([new FunctionDefinition("IngestDataset", "event"), new FunctionDefinition("ReceiveFile", "event")], FunctionDefinition.EventGridTriggered(app));
    }

    [Fact]
    public void The_queues_are_read_from_the_built_app()
    {
        var app = Path.GetDirectoryName(Pipeline.Local.Hosting.ChildPrograms.Functions)!;

        Assert.Equal(
            [
                new FunctionDefinition("GiveUpFile", "message", "inbox-files/$DeadLetterQueue"), new FunctionDefinition("GiveUpPart", "message", "ingest-parts/$DeadLetterQueue"),
                new FunctionDefinition("GiveUpRun", "message", "training-requests/$DeadLetterQueue"), new FunctionDefinition("IngestPart", "message", "ingest-parts"),
                new FunctionDefinition("ScoreFile", "message", "inbox-files"),
            ],
            FunctionDefinition.QueueTriggered(app));
    }

    [Fact]
    public void An_app_without_an_event_grid_trigger_is_refused()
    {
        using var folder = new TemporaryFolder();
        var function = Directory.CreateDirectory(folder.PathOf("Classify")).FullName;
        File.WriteAllText(Path.Combine(function, "function.json"), """{"bindings":[{"type":"httpTrigger","name":"req"}]}""");

        Assert.Throws<LocalException>(() => FunctionDefinition.EventGridTriggered(folder.Path));
    }
}
