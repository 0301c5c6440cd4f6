using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Pipeline.Benchmarks.Stack;
using Pipeline.Core.Runs;
using Pipeline.Core.Storage;
using Pipeline.Local.FunctionsHost;

namespace Pipeline.Benchmarks.Ingest;

/// <summary>Ingests a generated CSV end to end into Azurite through the functions program: the rate, and the most memory the program had.</summary>
internal sealed class IngestBenchmark : IBenchmark
{
    private const double PeakLimit = 300;

    public string Name => "ingest";

    public string Description => "a 1 GB CSV from Azurite to shards in Azurite: MB/s and peak memory; [megabytes] [whole,parts,plain]";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var bytes = (arguments.Count > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000) * 1_000_000;
        var wanted = arguments.Count > 1 ? arguments[1].Split(',') : ["whole", "parts", "plain"];
        var folder = Directory.CreateTempSubdirectory("ingest-benchmark-");
        try
        {
            return await MeasureAsync(folder.FullName, bytes, wanted, CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, long bytes, string[] wanted, CancellationToken cancellationToken)
    {
        var path = GeneratedCsv.Write(folder, bytes);
        await using var stack = await PipelineStack.StartAsync(folder, cancellationToken);
        var (datasets, runs) = (stack.Storage.GetBlobContainerClient(BlobLayout.Datasets), stack.Storage.GetBlobContainerClient(BlobLayout.Runs));
        await datasets.GetBlobClient("generated.csv").UploadAsync(path, overwrite: true, cancellationToken);
        Console.WriteLine($"{bytes / 1e6:N0} MB, {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");

        var download = await TimeAsync("download alone", bytes, () => DownloadAsync(datasets, cancellationToken));
        var worst = 0.0;
        if (wanted.Contains("whole"))
        {
            var functions = await stack.StartFunctionsAsync(new() { ["Pipeline__Ingest__FanOutBytes"] = $"{long.MaxValue}" }, cancellationToken);
            await ReportAsync("one instance", [functions], () => IngestAsync(stack, datasets, functions, 1, cancellationToken));
        }

        if (wanted.Contains("parts"))
        {
            var settings = new Dictionary<string, string> { ["Pipeline__Ingest__FanOutBytes"] = "1", ["Pipeline__Ingest__PartBytes"] = $"{bytes / 8}" };
            FunctionsInstance[] functions = [await stack.StartFunctionsAsync(settings, cancellationToken), await stack.StartFunctionsAsync(settings, cancellationToken)];
            await using var first = stack.Trigger(functions[0]);
            await using var second = stack.Trigger(functions[1]);
            await ReportAsync("8 parts, two instances", functions, () => IngestAsync(stack, datasets, functions[0], 2, cancellationToken));
        }

        if (wanted.Contains("plain"))
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            await TimeAsync("one thread, one step after the other", bytes, () => PlainIngest.RunAsync(datasets, runs, "generated.csv", folder, cancellationToken));
            var processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            Console.WriteLine($"  {processor:N1} s of processor time, {bytes / 1e6 / processor:N1} MB in a second of one core; without checks, splits and report");
        }

        Console.WriteLine($"peak memory {worst:N0} MB, limit {PeakLimit:N0} MB: {(worst < PeakLimit ? "kept" : "BROKEN")}");
        return worst < PeakLimit ? 0 : 1;

        async Task ReportAsync(string name, FunctionsInstance[] functions, Func<Task> ingest)
        {
            var seconds = await TimeAsync(name, bytes, ingest);
            var peaks = functions.Select(f => f.PeakMegabytes()).ToArray();
            worst = Math.Max(worst, peaks.Max());
            var processor = functions.Sum(f => f.ProcessorSeconds());
            Console.WriteLine(
                $"  peak memory {string.Join(", ", peaks.Select(p => $"{p:N0}"))} MB; {seconds / download:N1} times the download alone; "
                + $"{processor:N1} s of processor time, {bytes / 1e6 / processor:N1} MB in a second of one core");
        }
    }

    // Another version of the same bytes is another run.
    private static async Task IngestAsync(
        PipelineStack stack, BlobContainerClient datasets, FunctionsInstance functions, int version, CancellationToken cancellationToken)
    {
        var blob = datasets.GetBlobClient("generated.csv");
        await blob.SetMetadataAsync(new Dictionary<string, string> { ["seed"] = $"{version}" }, cancellationToken: cancellationToken);
        BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        var dropped = new DroppedBlob(BlobLayout.Datasets, blob.Name, properties.ETag.ToString().Trim('"'), properties.ContentLength, "text/csv", properties.LastModified);
        await stack.IngestAsync(functions, dropped, datasets.Uri, cancellationToken);

        var runId = RunId.From("generated", blob.Name, dropped.ETag);
        var store = new RunStore(stack.Storage);
        while (true)
        {
            var run = await store.FindAsync(runId, cancellationToken) ?? throw new InvalidOperationException($"There is no run '{runId}'.");
            if (run.State == RunState.Queued)
            {
                Console.WriteLine($"  {run.Ingest!.Splits.Values.Sum(s => s.Rows):N0} rows, {run.Ingest.Splits.Values.Sum(s => s.Tokens):N0} tokens, {run.Ingest.Splits.Values.Sum(s => s.Shards.Count)} shards");
                return;
            }

            if (run.State != RunState.Validating)
                throw new InvalidOperationException($"The run ended as {run.State.Name()}: {run.Failure?.Message}");
            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task DownloadAsync(BlobContainerClient datasets, CancellationToken cancellationToken)
    {
        await using var content = (await datasets.GetBlobClient("generated.csv").DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
        await content.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task<double> TimeAsync(string name, long bytes, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine($"{name}: {seconds:N1} s, {bytes / 1e6 / seconds:N1} MB/s");
        return seconds;
    }
}
