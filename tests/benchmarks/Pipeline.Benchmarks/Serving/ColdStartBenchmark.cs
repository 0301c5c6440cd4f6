using System.Diagnostics;
using System.Globalization;
using System.Net;
using Pipeline.Benchmarks.Stack;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Benchmarks.Serving;

/// <summary>From the start of the functions program to the first label of GPT-2 small in int8, with the files in the page cache.</summary>
internal sealed class ColdStartBenchmark : IBenchmark
{
    private const string Model = "gpt2";

    public string Name => "cold-start";

    public string Description => "from process start to the first label, GPT-2 small int8: [rounds=7] [program=PUBLISHED] [tokenizers=../shared/tokenizers] [precision=int8|fp32]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions(arguments, "rounds", "program", "tokenizers", "precision");
        var folder = Directory.CreateTempSubdirectory("cold-start-");
        try
        {
            await MeasureAsync(options, folder.FullName, CancellationToken.None);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(BenchmarkOptions options, string folder, CancellationToken cancellationToken)
    {
        await using var stack = await PipelineStack.StartAsync(folder, cancellationToken);
        var precision = Enum.Parse<GraphPrecision>(options.Text("precision", "int8"), ignoreCase: true);
        await PublishAsync(stack, folder, Path.Combine(options.Text("tokenizers", "../shared/tokenizers"), "gpt2"), precision, cancellationToken);
        var program = options.Text("program", "") is { Length: > 0 } path ? path : null;
        var cache = Path.Combine(folder, "cache");
        var (empty, kept) = (new List<ColdStart>(), new List<ColdStart>());
        // The first start of all reads the programs from the disk and leaves the model's files in the folder.
        await StartAsync(stack, program, cache, cancellationToken);
        for (var round = 0; round < options.Number("rounds", 7); round++)
        {
            kept.Add(await StartAsync(stack, program, cache, cancellationToken));
            var none = Path.Combine(folder, $"cache-{round}");
            empty.Add(await StartAsync(stack, program, none, cancellationToken));
            Directory.Delete(none, recursive: true);
        }

        Console.WriteLine($"{precision}, {(program is null ? "as built" : "as published")}, {Machine.Describe()}");
        Console.WriteLine();
        Console.WriteLine("| model folder | listens after, ms | first label after, ms | processor time, ms |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Report("kept from the start before", kept);
        Report("empty", empty);
        Console.WriteLine();
        foreach (var line in stack.Said("Loaded version").TakeLast(2))
            Console.WriteLine(line);
    }

    private static async Task PublishAsync(PipelineStack stack, string folder, string tokenizerFolder, GraphPrecision precision, CancellationToken cancellationToken)
    {
        string[] labels = ["a", "b", "c", "d"];
        using var model = AutoModelForSequenceClassification.FromConfig(new GPT2Config().WithLabels(labels), seed: 1);
        var version = Path.Combine(folder, "version");
        PublishedModel.Write(version, model, HuggingFaceTokenizer.Load(tokenizerFolder));
        await new PublishedModel(stack.Storage, Model, version, labels, 128).SwitchToAsync("v1", precision, cancellationToken);
    }

    private static async Task<ColdStart> StartAsync(PipelineStack stack, string? program, string cache, CancellationToken cancellationToken)
    {
        var body = ClassifyClient.Body(["oil prices rose after a storm closed two fields in the north sea"]);
        var start = Stopwatch.GetTimestamp();
        await using var instance = stack.StartFunctions(new() { ["Pipeline__Serving__CacheFolder"] = cache }, program);
        using var client = new ClassifyClient(instance.Address, Model);
        var listens = TimeSpan.Zero;
        while (true)
        {
            try
            {
                var answer = await client.SendAsync(body, cancellationToken);
                if (answer.Status != HttpStatusCode.OK)
                    throw new InvalidOperationException($"The first answer is {answer.Status}: {System.Text.Encoding.UTF8.GetString(answer.Body)}");
                return new ColdStart(listens.TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds, instance.ProcessorSeconds() * 1e3);
            }
            catch (HttpRequestException)
            {
                // Until it listens nobody is there. Asking more often would take a good part of a core from it.
                await Task.Delay(10, cancellationToken);
                listens = Stopwatch.GetElapsedTime(start);
            }
        }
    }

    private static void Report(string name, List<ColdStart> starts) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {Of(starts, s => s.Listens)} | {Of(starts, s => s.FirstLabel)} | {Of(starts, s => s.Processor)} |"));

    private static string Of(List<ColdStart> starts, Func<ColdStart, double> figure)
    {
        var times = new Quantiles(starts.Select(figure));
        return string.Create(CultureInfo.InvariantCulture, $"{times.P50:0} ({times.Least:0} to {times.Most:0})");
    }

    private sealed record ColdStart(double Listens, double FirstLabel, double Processor);
}
