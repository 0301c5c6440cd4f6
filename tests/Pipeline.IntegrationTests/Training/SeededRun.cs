using Azure.Storage.Blobs;
using Pipeline.Core;
using Pipeline.Core.Runs;
using Pipeline.Core.Shards;
using Pipeline.Core.Storage;
using Pipeline.Core.Sweeps;
using Pipeline.Core.Tokenization;

namespace Pipeline.IntegrationTests.Training;

/// <summary>A run as ingest leaves it: record, shards and tokenizer of a small made-up dataset.</summary>
internal static class SeededRun
{
    public static readonly DateTimeOffset CreatedAt = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every word of the texts.</summary>
    public static IEnumerable<string> Words => Row.Words;

    /// <summary>Writes the run and returns its record.</summary>
    public static async Task<RunRecord> CreateAsync(
        BlobServiceClient storage, CancellationToken cancellationToken, string runId = "mail-0123456789ab", int rows = 400, RunOptions? options = null,
        ITextTokenizer? tokenizer = null, ProblemType problem = ProblemType.SingleLabelClassification, bool hasPairs = false)
    {
        // fp32 outright: runs that are compared must not compute as a measurement of each happens to say.
        options = (options ?? new RunOptions { NumTrainEpochs = 2 }) with { Bf16 = false };
        var rowsOfText = Enumerable.Range(0, rows).Select(i => Row.Of(i, problem, hasPairs)).ToArray();
        tokenizer ??= Learn(rowsOfText, cancellationToken);
        var runs = storage.GetBlobContainerClient(BlobLayout.Runs);
        await HuggingFaceFolder.UploadAsync(runs, BlobLayout.Tokenizer(runId), folder => HuggingFaceTokenizer.Save(folder, tokenizer, 1_024), cancellationToken);

        var splits = new Dictionary<string, SplitSummary>
        {
            ["train"] = await WriteAsync("train", rowsOfText[..(rows * 8 / 10)]),
            ["validation"] = await WriteAsync("validation", rowsOfText[(rows * 8 / 10)..(rows * 9 / 10)]),
            ["test"] = await WriteAsync("test", rowsOfText[(rows * 9 / 10)..]),
        };
        var record = new RunRecord
        {
            RunId = runId,
            ModelName = "mail",
            Version = RunId.VersionFor(runId, CreatedAt),
            Dataset = new DatasetReference("mail.csv", "0x1", 1_000),
            State = RunState.Queued,
            Options = options,
            CreatedAt = CreatedAt,
            QueuedAt = CreatedAt,
            Sweep = options.Sweep is { } sweep ? SweepProgress.Begin(sweep, await new SweepStore(storage, runId).CreateAsync(SweepTrials.Of(options), cancellationToken)) : null,
            Ingest = new IngestSummary(Row.LabelsOf(problem), splits, tokenizer.VocabularySize, problem, hasPairs),
        };
        await new RunStore(storage).TryCreateAsync(record, cancellationToken);
        return record;

        async Task<SplitSummary> WriteAsync(string split, Row[] examples)
        {
            using var shard = new MemoryStream();
            var tokens = new List<int>();
            await using (var writer = new TokenShardWriter(shard, new TokenShardLayout(problem, hasPairs)))
            {
                foreach (var (i, row) in examples.Index())
                {
                    var example = new TokenizedExample(tokenizer.Encode(row.Text), row.Pair is { } pair ? tokenizer.Encode(pair) : null, row.Labels, i);
                    tokens.Add(example.Tokens);
                    await writer.WriteAsync(example, cancellationToken);
                }
            }

            var name = BlobLayout.Shard(split, 0);
            shard.Position = 0;
            await runs.GetBlobClient($"{runId}/{name}").UploadAsync(shard, cancellationToken);
            return new SplitSummary(examples.Length, tokens.Sum(), tokens.Max(), [name]);
        }
    }

    private static ByteLevelBpeTokenizer Learn(Row[] rows, CancellationToken cancellationToken)
    {
        var trainer = new ByteLevelBpeTrainer();
        foreach (var row in rows)
        {
            trainer.Add(row.Text);
            trainer.Add(row.Pair ?? "");
        }

        return new ByteLevelBpeTokenizer(trainer.Train(400, cancellationToken: cancellationToken));
    }

    private sealed record Row(string Text, string? Pair, int[] Labels)
    {
        private static readonly string[] Ham = ["meeting", "minutes", "agenda", "report", "project", "lunch", "thanks", "patch"];
        private static readonly string[] Spam = ["cheap", "pills", "winner", "prize", "credit", "offer", "free", "click"];
        private static readonly string[] Both = ["please", "today", "the", "and", "for", "you", "number", "message"];

        /// <summary>Every word there is.</summary>
        public static IEnumerable<string> Words => [.. Ham, .. Spam, .. Both, "urgent"];

        public static string[] LabelsOf(ProblemType problem) => problem == ProblemType.MultiLabelClassification ? ["ham", "spam", "urgent"] : ["ham", "spam"];

        // With pairs, the label is in the second text alone; with several labels, a word in the text is a label of its own.
        public static Row Of(int i, ProblemType problem, bool hasPairs)
        {
            var random = new Random(i);
            var label = i % 3 == 0 ? 1 : 0;
            var isUrgent = problem == ProblemType.MultiLabelClassification && i % 5 < 2;
            var words = string.Join(' ', Enumerable.Range(0, random.Next(5, 25)).Select(_ =>
            {
                var list = random.NextDouble() < 0.6 ? Both : random.NextDouble() < 0.9 == (label == 1) ? Spam : Ham;
                return list[random.Next(list.Length)];
            }).Concat(isUrgent ? ["urgent"] : []));
            int[] labels = isUrgent ? [label, 2] : [label];
            return hasPairs ? new Row("the message and the number", words, labels) : new Row(words, null, labels);
        }
    }
}
