using Azure.Storage.Blobs;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;
using Pipeline.Core.Tokenization;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A run as ingest leaves it: record, shards and tokenizer of a small made-up dataset.</summary>
internal static class SeededRun
{
    public static readonly DateTimeOffset CreatedAt = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Labels = ["ham", "spam"];
    private static readonly string[] Ham = ["meeting", "minutes", "agenda", "report", "project", "lunch", "thanks", "patch"];
    private static readonly string[] Spam = ["cheap", "pills", "winner", "prize", "credit", "offer", "free", "click"];
    private static readonly string[] Both = ["please", "today", "the", "and", "for", "you", "number", "message"];

    /// <summary>Writes the run and returns its record.</summary>
    public static async Task<RunRecord> CreateAsync(
        BlobServiceClient storage, CancellationToken cancellationToken, string runId = "mail-0123456789ab", int rows = 400, RunOptions? options = null)
    {
        var texts = Enumerable.Range(0, rows).Select(Text).ToArray();
        var trainer = new ByteLevelBpeTrainer();
        foreach (var (text, _) in texts)
            trainer.Add(text);
        var vocabulary = trainer.Train(400, cancellationToken: cancellationToken);
        var tokenizer = new ByteLevelBpeTokenizer(vocabulary);
        var runs = storage.GetBlobContainerClient(BlobLayout.Runs);

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            HuggingFaceTokenizer.Save(folder.FullName, tokenizer, 1_024);
            foreach (var file in folder.EnumerateFiles())
                await runs.GetBlobClient(BlobLayout.Tokenizer(runId) + file.Name).UploadAsync(file.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var splits = new Dictionary<string, SplitSummary>
        {
            ["train"] = await WriteAsync("train", texts[..(rows * 8 / 10)]),
            ["validation"] = await WriteAsync("validation", texts[(rows * 8 / 10)..(rows * 9 / 10)]),
            ["test"] = await WriteAsync("test", texts[(rows * 9 / 10)..]),
        };
        var record = new RunRecord
        {
            RunId = runId,
            ModelName = "mail",
            Version = RunId.VersionFor(runId, CreatedAt),
            Dataset = new DatasetReference("mail.csv", "0x1", 1_000),
            State = RunState.Queued,
            Options = options ?? new RunOptions { NumTrainEpochs = 2 },
            CreatedAt = CreatedAt,
            QueuedAt = CreatedAt,
            Ingest = new IngestSummary(Labels, splits, tokenizer.VocabularySize),
        };
        await new RunStore(storage).TryCreateAsync(record, cancellationToken);
        return record;

        async Task<SplitSummary> WriteAsync(string split, (string Text, int Label)[] examples)
        {
            using var shard = new MemoryStream();
            long tokens;
            await using (var writer = new TokenShardWriter(shard))
            {
                foreach (var (i, (text, label)) in examples.Index())
                    await writer.WriteAsync(new TokenizedExample(tokenizer.Encode(text), null, [label], i), cancellationToken);
                tokens = writer.Tokens;
            }

            var name = BlobLayout.Shard(split, 0);
            shard.Position = 0;
            await runs.GetBlobClient($"{runId}/{name}").UploadAsync(shard, cancellationToken);
            return new SplitSummary(examples.Length, tokens, examples.Max(e => tokenizer.Encode(e.Text).Length), [name]);
        }
    }

    private static (string Text, int Label) Text(int i)
    {
        var random = new Random(i);
        var label = i % 3 == 0 ? 1 : 0;
        var words = Enumerable.Range(0, random.Next(5, 25)).Select(_ =>
        {
            var list = random.NextDouble() < 0.6 ? Both : random.NextDouble() < 0.9 == (label == 1) ? Spam : Ham;
            return list[random.Next(list.Length)];
        });
        return (string.Join(' ', words), label);
    }
}
