using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Pipeline.Core;
using Pipeline.Core.Messaging;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Functions.Scoring;
using Pipeline.IntegrationTests.Ingestion;
using Pipeline.IntegrationTests.Serving;

namespace Pipeline.IntegrationTests.Hosting;

/// <summary>The same event, message or tick does the same behind the custom handler and behind the isolated worker.</summary>
[Collection(nameof(HostPair))]
public sealed class SameOutcomesTests(HostPair hosts)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_dataset_becomes_the_same_run_with_the_same_files_and_one_training_request()
    {
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            await UploadAsync(side, BlobLayout.Datasets, "talk.csv", IngestRig.Csv());
            var before = side.Broker.Counts("training-requests").Active;
            var outcomes = new[]
            {
                await side.Functions.DropAsync("IngestDataset", BlobLayout.Datasets, "talk.csv"),
                // Events come twice.
                await side.Functions.DropAsync("IngestDataset", BlobLayout.Datasets, "talk.csv"),
            };
            var run = await RunOfAsync(side, "talk");
            return (Outcome: string.Join(',', outcomes), run.State, Files: await FilesAsync(side, run.RunId), Sent: side.Broker.Counts("training-requests").Active - before);
        });

        Assert.Equal((RunState.Queued, 1), (custom.State, custom.Sent));
        Assert.Contains("train-00000.arrow ", custom.Files, StringComparison.Ordinal);
        Assert.Equal(custom, isolated);
    }

    [Theory]
    [InlineData("csv.gz")]
    [InlineData("tsv")]
    [InlineData("jsonl")]
    [InlineData("json")]
    [InlineData("parquet")]
    [InlineData("txt")]
    [InlineData("zip")]
    [InlineData("tar.gz")]
    public async Task Every_form_of_a_dataset_is_read_the_same(string extension)
    {
        var model = "form-" + extension.Replace('.', '-');
        var content = await DatasetForms.WriteAsync(extension, Cancel);
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            await side.Storage.GetBlobContainerClient(BlobLayout.Datasets).GetBlobClient($"{model}.{extension}").UploadAsync(BinaryData.FromBytes(content), Cancel);
            var outcome = await side.Functions.DropAsync("IngestDataset", BlobLayout.Datasets, $"{model}.{extension}");
            var run = Assert.Single(await new RunStore(side.Storage).ListAsync(Cancel), r => r.Dataset.Blob == $"{model}.{extension}");
            return (Outcome: outcome, run.State, run.Failure, Files: await FilesAsync(side, run.RunId));
        });

        Assert.Equal((FunctionOutcome.Success, RunState.Queued, null), (custom.Outcome, custom.State, custom.Failure));
        Assert.Contains("train-00000.arrow ", custom.Files, StringComparison.Ordinal);
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task A_dataset_that_cannot_be_used_is_rejected_for_the_same_reason()
    {
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            await UploadAsync(side, BlobLayout.Datasets, "odd.csv", "text,mood\nhello,x\n");
            var outcome = await side.Functions.DropAsync("IngestDataset", BlobLayout.Datasets, "odd.csv");
            var run = await RunOfAsync(side, "odd");
            return (outcome, run.State, run.Failure);
        });

        Assert.Equal((RunState.Rejected, "no-label-column"), (custom.State, custom.Failure!.Code));
        Assert.Equal(custom, isolated);
    }

    [Theory]
    [InlineData("IngestDataset", BlobLayout.Datasets, "gone.csv")]
    [InlineData("IngestDataset", BlobLayout.Datasets, "some folder/gone ü.csv")]
    [InlineData("ReceiveFile", BlobLayout.Inbox, "mail/gone.csv")]
    public async Task A_blob_that_is_gone_is_no_failure(string function, string container, string blob)
    {
        var (custom, isolated) = await hosts.BothAsync(side => side.Functions.DropAsync(function, container, blob));

        Assert.Equal((FunctionOutcome.Success, FunctionOutcome.Success), (custom, isolated));
    }

    [Fact]
    public async Task A_file_stands_in_line_and_is_classified_with_the_same_result()
    {
        const string Blob = "mail/march/a.csv";
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            var etag = await UploadAsync(side, BlobLayout.Inbox, Blob, "id,text\n1,win money\n2,hello\n3,\n");
            var received = await side.Functions.DropAsync("ReceiveFile", BlobLayout.Inbox, Blob);
            var waiting = side.Broker.Counts("inbox-files").Active;
            var message = JsonSerializer.Serialize(new ScoreRequest(Blob, etag), PipelineJson.Compact);
            var scored = await side.Functions.DeliverAsync("ScoreFile", message);
            var result = await side.Storage.GetBlobContainerClient(BlobLayout.Outbox).GetBlobClient(Blob).DownloadContentAsync(Cancel);
            return (received, waiting, scored, Result: result.Value.Content.ToString());
        });

        Assert.Equal(1, custom.waiting);
        Assert.Contains("spam", custom.Result, StringComparison.Ordinal);
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task A_file_that_is_given_up_leaves_the_same_word()
    {
        const string Blob = "mail/b.csv";
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            var etag = await UploadAsync(side, BlobLayout.Inbox, Blob, "id,text\n1,win\n");
            var outcome = await side.Functions.DeliverAsync("GiveUpFile", JsonSerializer.Serialize(new ScoreRequest(Blob, etag), PipelineJson.Compact));
            var left = await side.Storage.GetBlobContainerClient(BlobLayout.Outbox).GetBlobClient(BlobLayout.ScoringError(Blob)).DownloadContentAsync(Cancel);
            return (outcome, Left: Answer.WithoutTimes(left.Value.Content.ToString()).Replace(etag, "(etag)", StringComparison.Ordinal));
        });

        Assert.Equal(FunctionOutcome.Success, custom.outcome);
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task A_training_request_that_is_given_up_ends_its_run_with_the_brokers_reason()
    {
        var reason = new Dictionary<string, string> { ["DeadLetterReason"] = "TTLExpiredException", ["DeadLetterErrorDescription"] = "The message expired." };
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            var runs = new RunStore(side.Storage);
            await runs.TryCreateAsync(RunFixtures.Run("dead-0123456789ab", "dead", RunState.Queued), Cancel);
            var request = JsonSerializer.Serialize(new TrainingRequest("dead-0123456789ab", "dead"), PipelineJson.Compact);
            var outcome = await side.Functions.DeliverAsync("GiveUpRun", request, reason);
            return (outcome, (await runs.FindAsync("dead-0123456789ab", Cancel))!.Failure);
        });

        Assert.Contains("TTLExpiredException", custom.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(custom, isolated);
    }

    [Theory]
    [InlineData("IngestPart")]
    [InlineData("GiveUpPart")]
    public async Task A_part_of_a_run_that_is_not_there(string function)
    {
        var (custom, isolated) = await hosts.BothAsync(side => side.Functions.DeliverAsync(function, """{"run_id":"none-0123456789ab","step":"scan","part":0}"""));

        Assert.Equal(custom, isolated);
    }

    [Theory]
    [InlineData("IngestPart", "no json")]
    [InlineData("IngestPart", "{}")]
    [InlineData("IngestPart", "")]
    [InlineData("ScoreFile", """{"blob":3}""")]
    public async Task A_message_that_cannot_be_read_fails_with_the_same_reason(string function, string message)
    {
        var (custom, isolated) = await hosts.BothAsync(side => side.Functions.DeliverAsync(function, message));

        Assert.NotEmpty(custom.Failure!);
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task A_delivery_that_fails_waits_for_longer_the_more_there_were_before_it()
    {
        const string Run = "broken-0123456789ab";
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            await UploadAsync(side, BlobLayout.Runs, BlobLayout.RunRecord(Run), "no record");
            var clock = Stopwatch.StartNew();
            var outcome = await side.Functions.DeliverAsync("IngestPart", $$"""{"run_id":"{{Run}}","step":"scan","part":0}""", deliveryCount: 2);
            // Others list the runs.
            await side.Storage.GetBlobContainerClient(BlobLayout.Runs).DeleteBlobAsync(BlobLayout.RunRecord(Run), cancellationToken: Cancel);
            return (outcome.Failure, clock.Elapsed);
        }, (_, native) => Check(native));

        Check(custom);
        Check(isolated);

        static void Check((string? Failure, TimeSpan Elapsed) outcome)
        {
            Assert.StartsWith("IngestPart failed at", outcome.Failure, StringComparison.Ordinal);
            Assert.InRange(outcome.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15));
        }
    }

    // It would come again without end.
    [Theory]
    [InlineData("GiveUpPart", "[]")]
    [InlineData("GiveUpFile", "")]
    [InlineData("GiveUpRun", """{"trial":3}""")]
    public async Task A_message_of_a_dead_letter_queue_that_cannot_be_read_is_dropped(string function, string message)
    {
        var (custom, isolated) = await hosts.BothAsync(side => side.Functions.DeliverAsync(function, message));

        Assert.Equal((FunctionOutcome.Success, FunctionOutcome.Success), (custom, isolated));
    }

    [Fact]
    public async Task A_schedule_finds_the_run_that_nobody_works_on()
    {
        var silent = DateTimeOffset.UtcNow.AddHours(-1);
        var (custom, isolated) = await hosts.BothAsync(async side =>
        {
            var runs = new RunStore(side.Storage);
            await runs.TryCreateAsync(RunFixtures.Run("lost-0123456789ab", "lost", RunState.Training) with { HeartbeatAt = silent }, Cancel);
            var before = side.Broker.Counts("training-requests").Active;
            var outcome = await side.Functions.TickAsync("CheckRuns");
            return (outcome, IsSentAgain: (await runs.FindAsync("lost-0123456789ab", Cancel))!.ResentAt is not null, Sent: side.Broker.Counts("training-requests").Active - before);
        });

        Assert.Equal((FunctionOutcome.Success, true, 1), custom);
        Assert.Equal(custom, isolated);
    }

    [Fact]
    public async Task A_schedule_looks_at_yesterday()
    {
        var (custom, isolated) = await hosts.BothAsync(side => side.Functions.TickAsync("WatchDrift"));

        Assert.Equal((FunctionOutcome.Success, FunctionOutcome.Success), (custom, isolated));
    }

    private static async Task<string> UploadAsync(Side side, string container, string blob, string content)
    {
        var answer = await side.Storage.GetBlobContainerClient(container).GetBlobClient(blob).UploadAsync(BinaryData.FromString(content), Cancel);
        return answer.Value.ETag.Bare();
    }

    private static async Task<RunRecord> RunOfAsync(Side side, string model) =>
        Assert.Single(await new RunStore(side.Storage).ListAsync(Cancel), r => r.ModelName == model);

    // The id of a run comes from its blob's ETag, which differs between two accounts.
    private static async Task<string> FilesAsync(Side side, string run)
    {
        var files = new List<string>();
        var container = side.Storage.GetBlobContainerClient(BlobLayout.Runs);
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, run + "/", Cancel))
        {
            var name = blob.Name[(run.Length + 1)..];
            files.Add(name.EndsWith(".arrow", StringComparison.Ordinal) ? $"{name} {Convert.ToHexString(blob.Properties.ContentHash)}" : name);
        }

        return string.Join('\n', files);
    }
}
