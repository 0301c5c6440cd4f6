using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Pipeline.Benchmarks.Onnx;
using Pipeline.Benchmarks.Stack;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tokenization;
using Pipeline.Functions.Serving;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Serving;

/// <summary>One request at a time: over HTTP, in this process, and the peers that <see cref="OnnxBenchmark"/> has.</summary>
internal sealed class ServeBenchmark : IBenchmark
{
    private static readonly string[] s_labels = ["a", "b", "c", "d"];

    public string Name => "serve";

    public string Description => "a request over HTTP and in process, beside plain graphs and eager TorchSharp: [models=tiny,gpt2,bert] [threads=1,2] [shapes=1x32,…] [rounds=21] [tokenizers=FOLDER] [program=PUBLISHED]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions(arguments, "models", "threads", "shapes", "rounds", "tokenizers", "program");
        var folder = Directory.CreateTempSubdirectory("serve-");
        try
        {
            await using var stack = await PipelineStack.StartAsync(folder.FullName, CancellationToken.None);
            foreach (var name in options.List("models", "tiny,gpt2,bert"))
            {
                foreach (var threads in options.Numbers("threads", "1,2"))
                    await MeasureAsync(stack, Path.Combine(folder.FullName, $"{name}-{threads}"), name, threads, options, CancellationToken.None);
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The tiny one answers at once: what it takes over HTTP is what HTTP takes.
    private static PretrainedConfig Config(string name) => name switch
    {
        "tiny" => new GPT2Config { NEmbd = 32, NLayer = 1, NHead = 1 }.WithLabels(s_labels),
        "gpt2" => new GPT2Config().WithLabels(s_labels),
        "bert" => new BertConfig().WithLabels(s_labels),
        _ => throw new ArgumentException($"There is no model '{name}'; there are tiny, gpt2 and bert.", nameof(name)),
    };

    private static async Task MeasureAsync(PipelineStack stack, string folder, string name, int threads, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        set_num_threads(threads);
        var tokenizer = HuggingFaceTokenizer.Load(Path.Combine(options.Text("tokenizers", "../shared/tokenizers"), name == "bert" ? "bert-base-uncased" : "gpt2"));
        using var model = AutoModelForSequenceClassification.FromConfig(Config(name), seed: 1);
        model.eval();
        var version = Path.Combine(folder, "version");
        PublishedModel.Write(version, model, tokenizer);
        var published = $"{name}-{threads}";
        await new PublishedModel(stack.Storage, published, version, s_labels, 512).SwitchToAsync("v1", GraphPrecision.Int8, cancellationToken);
        await using var instance = await stack.StartFunctionsAsync(
            new() { ["Pipeline__Serving__CacheFolder"] = Path.Combine(folder, "cache"), ["Pipeline__Serving__Threads"] = $"{threads}" }, cancellationToken,
            options.Text("program", "") is { Length: > 0 } program ? program : null);
        using var client = new ClassifyClient(instance.Address, published);
        using var graphs = new Graphs(model, folder, threads);
        using var inProcess = new InProcessClassifier(Path.Combine(folder, "int8.onnx"), tokenizer, s_labels.Length, threads);
        // The just-in-time compiler improves what was called thirty times, a tenth of a second later; the model is packed a second after its load.
        var warmup = ClassifyClient.Body(TextsOfLength.Make(tokenizer, 1, 32));
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5);)
            await client.SendAsync(warmup, cancellationToken);

        Console.WriteLine($"## {name}, {threads} thread{(threads == 1 ? "" : "s")}; {Machine.Describe()}");
        Console.WriteLine();
        Console.WriteLine("| batch × length | HTTP | in process | graph int8 | graph fp32 | plain int8 | plain fp32 | eager Torch | HTTP - in process | plain fp32 / HTTP | plain int8 / HTTP |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (rows, length) in options.Shapes("shapes", "1x32,1x128,8x32,8x128"))
        {
            var texts = TextsOfLength.Make(tokenizer, rows, length);
            var body = ClassifyClient.Body(texts);
            var batch = PaddedBatch.Of([.. texts.Select(t => TextsOfLength.Encode(tokenizer, t))], tokenizer.PadTokenId ?? 0);
            RequireSameAnswers((await client.SendAsync(body, cancellationToken)).Scores(s_labels), inProcess.Logits(texts));
            var rounds = options.Number("rounds", 21);
            // HTTP's answers are probabilities and were compared above; the rest is compared here, with Torch, the last.
            Candidate[] candidates =
            [
                new("int8 in process", () => inProcess.Logits(texts), rounds),
                .. graphs.Candidates(batch, rounds),
                new("torch", () => OnnxBenchmark.Eager(model, batch), Math.Max(2, rounds / 3)),
            ];
            Turns.RequireSame(candidates);
            var times = Turns.Measure(
                [new("http", () => client.SendAsync(body, cancellationToken).GetAwaiter().GetResult().Scores(s_labels), rounds), .. candidates],
                () => Stopwatch.GetElapsedTime(0), burst: TimeSpan.FromMilliseconds(500));
            var (http, ours, plainInt8, plainFp32) = (times[0], times[1], times[4], times[5]);
            var added = new Quantiles(http.Times.Zip(ours.Times, (h, o) => h - o));
            Console.WriteLine(
                $"| {rows} × {length} | {string.Join(" | ", times.Select(t => t.Median.ToString("0.00", CultureInfo.InvariantCulture)))} | "
                + string.Create(CultureInfo.InvariantCulture, $"{added.P50:0.00} ({added.At(0.1):0.00} to {added.At(0.9):0.00}) | ")
                + $"{OnnxBenchmark.Ratio(http, plainFp32)} | {OnnxBenchmark.Ratio(http, plainInt8)} |");
        }

        Console.WriteLine();
    }

    private static void RequireSameAnswers(float[][] scores, float[][] logits)
    {
        foreach (var (given, row) in scores.Zip(logits))
        {
            var expected = new float[row.Length];
            TensorPrimitives.SoftMax(row, expected);
            var worst = given.Zip(expected, (g, e) => Math.Abs(g - e)).Max();
            if (worst > 1e-3)
                throw new InvalidOperationException($"HTTP gives other answers than the same classes in this process: a score differs by {worst:g3}.");
        }
    }
}
