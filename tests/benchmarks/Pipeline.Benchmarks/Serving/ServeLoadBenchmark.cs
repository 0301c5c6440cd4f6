using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Pipeline.Benchmarks.Stack;
using Pipeline.Core.Metrics;

namespace Pipeline.Benchmarks.Serving;

/// <summary>Many clients at once on a small model that was really trained: latency, throughput, a change of versions, and memory.</summary>
internal sealed class ServeLoadBenchmark : IBenchmark
{
    private const string Model = "small";

    public string Name => "serve-load";

    public string Description => "64 clients for 60 s, a new version in the middle, then memory over 200,000 requests: [clients=64] [seconds=60] [requests=200000] [dataset=sms_spam] [epochs=2] [folder=../shared/data] [precision=Int8] [program=PUBLISHED]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions(arguments, "clients", "seconds", "requests", "dataset", "epochs", "folder", "precision", "program");
        using var small = SmallModel.Train(options.Text("folder", "../shared/data"), options.Text("dataset", "sms_spam"), options.Number("epochs", 2));
        if (small is null)
            return 0;
        var folder = Directory.CreateTempSubdirectory("serve-load-");
        try
        {
            return await MeasureAsync(small, folder.FullName, options, CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(SmallModel small, string folder, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (clients, seconds) = (options.Number("clients", 64), options.Number("seconds", 60));
        var precision = Enum.Parse<GraphPrecision>(options.Text("precision", "Int8"), ignoreCase: true);
        await using var stack = await PipelineStack.StartAsync(folder, cancellationToken);
        var version = Path.Combine(folder, "version");
        PublishedModel.Write(version, small.Model, small.Run.Data.Tokenizer);
        var published = new PublishedModel(stack.Storage, Model, version, small.Splits.Labels, small.Arguments.MaxLength);
        await published.SwitchToAsync("v1", precision, cancellationToken);
        await using var instance = await stack.StartFunctionsAsync(
            new() { ["Pipeline__Serving__CacheFolder"] = Path.Combine(folder, "cache") }, cancellationToken,
            options.Text("program", "") is { Length: > 0 } program ? program : null);
        byte[][] bodies = [.. small.Splits.Test.Select(r => ClassifyClient.Body([r.Text]))];
        using var client = new ClassifyClient(instance.Address, Model, clients);

        Console.WriteLine($"{precision}, {small.Splits.Test.Count} different texts, {Machine.Describe()}");
        var load = new Load(client, bodies);
        await load.RunAsync(clients, TimeSpan.FromSeconds(5), cancellationToken); // the compiler's
        var one = Report("one client", await load.RunAsync(1, TimeSpan.FromSeconds(seconds / 4.0), cancellationToken), instance);
        var swap = Task.Run(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0), cancellationToken);
                await published.SwitchToAsync("v2", precision, cancellationToken);
            },
            cancellationToken);
        var run = await load.RunAsync(clients, TimeSpan.FromSeconds(seconds), cancellationToken);
        await swap;
        var many = Report($"{clients} clients", run, instance);
        var versions = run.Versions.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key} {v.Value:N0}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"p99 / p50 {many.P99 / many.P50:0.00} (aim below 4); throughput {many.Rate / one.Rate:0.00} times that of one client (aim 3); answered by {string.Join(", ", versions)}"));
        if (run.Failed.IsEmpty && run.Versions.Count == 2)
            Console.WriteLine("No request failed, but for those answered 429, and both versions answered.");
        else
            Console.WriteLine($"FAILED: {run.Failed.Count} requests ({string.Join(", ", run.Failed.Take(3))}); versions {run.Versions.Count}, 2 expected.");

        await MemoryAsync(load, clients, options.Number("requests", 200_000), instance, cancellationToken);
        return run.Failed.IsEmpty && run.Versions.Count == 2 ? 0 : 1;
    }

    private static async Task MemoryAsync(Load load, int clients, int requests, FunctionsInstance instance, CancellationToken cancellationToken)
    {
        const int steps = 10;
        Console.WriteLine();
        Console.WriteLine("| requests | resident MB |");
        Console.WriteLine("| --- | --- |");
        Console.WriteLine($"| 0 | {instance.ResidentMegabytes():0} |");
        for (var step = 1; step <= steps; step++)
        {
            await load.RunAsync(clients, requests / steps, cancellationToken);
            Console.WriteLine($"| {step * (requests / steps):N0} | {instance.ResidentMegabytes():0} |");
        }
    }

    private static (double P50, double P99, double Rate) Report(string name, LoadResult run, FunctionsInstance instance)
    {
        var times = new Quantiles(run.Milliseconds);
        var rate = times.Count / run.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {times.Count:N0} requests, {rate:0} a second; p50 {times.P50:0.00} ms, p99 {times.P99:0.00} ms, longest {times.Most:0} ms; 429: {run.Refused}; other errors: {run.Failed.Count}; resident {instance.ResidentMegabytes():0} MB, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
        return (times.P50, times.P99, rate);
    }

    /// <summary>Clients that each send their next request when they have the answer to the one before.</summary>
    private sealed class Load(ClassifyClient client, byte[][] bodies)
    {
        private int _next;

        public Task<LoadResult> RunAsync(int clients, TimeSpan time, CancellationToken cancellationToken)
        {
            var start = Stopwatch.GetTimestamp();
            return RunAsync(clients, () => Stopwatch.GetElapsedTime(start) < time, cancellationToken);
        }

        public Task<LoadResult> RunAsync(int clients, int requests, CancellationToken cancellationToken)
        {
            var left = requests;
            return RunAsync(clients, () => Interlocked.Decrement(ref left) >= 0, cancellationToken);
        }

        private async Task<LoadResult> RunAsync(int clients, Func<bool> goesOn, CancellationToken cancellationToken)
        {
            var result = new LoadResult();
            var start = Stopwatch.GetTimestamp();
            var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendAsync(goesOn, result, cancellationToken), cancellationToken)));
            return result with { Elapsed = Stopwatch.GetElapsedTime(start), Milliseconds = [.. times.SelectMany(t => t)] };
        }

        private async Task<List<double>> SendAsync(Func<bool> goesOn, LoadResult result, CancellationToken cancellationToken)
        {
            var times = new List<double>();
            while (goesOn())
            {
                var body = bodies[(uint)Interlocked.Increment(ref _next) % bodies.Length];
                var start = Stopwatch.GetTimestamp();
                try
                {
                    var answer = await client.SendAsync(body, cancellationToken);
                    if (answer.Status == HttpStatusCode.TooManyRequests)
                    {
                        Interlocked.Increment(ref result.Refused);
                        await Task.Delay(100, cancellationToken);
                        continue;
                    }

                    if (answer.Status != HttpStatusCode.OK)
                        result.Failed.Add($"{(int)answer.Status}");
                    result.Versions.AddOrUpdate(answer.Version ?? "none", 1, (_, count) => count + 1);
                }
                catch (HttpRequestException e)
                {
                    result.Failed.Add(e.Message);
                }

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return times;
        }
    }

    private sealed record LoadResult
    {
        public int Refused;

        public TimeSpan Elapsed { get; init; }

        public IReadOnlyList<double> Milliseconds { get; init; } = [];

        public ConcurrentBag<string> Failed { get; } = [];

        public ConcurrentDictionary<string, int> Versions { get; } = new();
    }
}
