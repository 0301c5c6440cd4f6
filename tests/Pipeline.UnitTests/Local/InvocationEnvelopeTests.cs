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
    public void The_body_of_a_message_is_encoded_once_more_and_so_is_text_beside_it()
    {
        var message = new FakeMessage(Event(Blob).ToJsonString()) { DeliveryCount = 3 };

        var envelope = InvocationEnvelope.ForMessage(new FunctionDefinition("IngestDataset", "message"), message, Guid.Empty, Noon);

        var body = JsonNode.Parse((string)envelope["Data"]!["message"]!);
        Assert.Equal("/blobServices/default/containers/datasets/blobs/my mails.csv", (string?)JsonNode.Parse((string)body!)!["subject"]);
        Assert.Equal(("3", "\"id\""), ((string?)envelope["Metadata"]!["DeliveryCount"], (string?)envelope["Metadata"]!["MessageId"]));
        Assert.Equal("IngestDataset", (string?)envelope["Metadata"]!["sys"]!["MethodName"]);
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
    public void The_queues_are_read_from_the_built_app()
    {
        var app = Path.GetDirectoryName(Pipeline.Local.Hosting.ChildPrograms.Functions)!;

        Assert.Equal(
            [
                new FunctionDefinition("GiveUpFile", "message", "inbox-files/$DeadLetterQueue"), new FunctionDefinition("GiveUpInboxUpload", "message", "inbox-uploads/$DeadLetterQueue"),
                new FunctionDefinition("GiveUpPart", "message", "ingest-parts/$DeadLetterQueue"), new FunctionDefinition("GiveUpRun", "message", "training-requests/$DeadLetterQueue"),
                new FunctionDefinition("GiveUpUpload", "message", "dataset-uploads/$DeadLetterQueue"), new FunctionDefinition("IngestDataset", "message", "dataset-uploads"),
                new FunctionDefinition("IngestPart", "message", "ingest-parts"), new FunctionDefinition("ReceiveFile", "message", "inbox-uploads"),
                new FunctionDefinition("ScoreFile", "message", "inbox-files"),
            ],
            FunctionDefinition.QueueTriggered(app));
    }

    [Fact]
    public void How_many_messages_are_worked_on_at_once_is_read_from_the_built_app()
    {
        Assert.Equal(4, HostFile.MaxConcurrentCalls(Path.GetDirectoryName(Pipeline.Local.Hosting.ChildPrograms.Functions)!));

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("host.json"), """{"version":"2.0"}""");
        Assert.Contains("maxConcurrentCalls", Assert.Throws<LocalException>(() => HostFile.MaxConcurrentCalls(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_app_without_a_queue_trigger_is_refused()
    {
        using var folder = new TemporaryFolder();
        var function = Directory.CreateDirectory(folder.PathOf("Classify")).FullName;
        File.WriteAllText(Path.Combine(function, "function.json"), """{"bindings":[{"type":"httpTrigger","name":"req"}]}""");

        Assert.Throws<LocalException>(() => FunctionDefinition.QueueTriggered(folder.Path));
    }
}
