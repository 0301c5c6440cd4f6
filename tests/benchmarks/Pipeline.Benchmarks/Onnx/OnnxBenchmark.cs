using System.Diagnostics;
using System.Globalization;
using Pipeline.Functions.Serving;
using Pipeline.Modeling;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Onnx;

/// <summary>The exported graphs in fp32 and int8 against a plain export, its default dynamic int8, and eager Torch.</summary>
internal sealed class OnnxBenchmark : IBenchmark
{
    private const int Labels = 4;

    public string Name => "onnx";

    public string Description => "our ONNX graphs against a plain export in fp32 and int8, and eager TorchSharp: GPT-2 small and BERT base";

    /// <param name="arguments"><c>rounds=N</c>: runs of each (default 11; eager Torch a third of them); <c>threads=1,2</c>; <c>models=gpt2,bert</c>;
    /// <c>shapes=1x32,1x128,8x32,8x128</c>: batch and length;
    /// <c>clock=cpu</c>: the processor's time in place of the wall's, for one thread on a machine that others use.</param>
    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var options = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[^1]);
        int rounds = int.Parse(options.GetValueOrDefault("rounds", "11"), CultureInfo.InvariantCulture);
        int[] threads = [.. options.GetValueOrDefault("threads", "1,2").Split(',').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
        (int, int)[] shapes = [.. options.GetValueOrDefault("shapes", "1x32,1x128,8x32,8x128").Split(',').Select(Shape)];
        string[] labels = [.. Enumerable.Range(0, Labels).Select(i => $"label_{i}")];
        Func<TimeSpan> now = options.GetValueOrDefault("clock") == "cpu" ? () => Environment.CpuUsage.TotalTime : () => Stopwatch.GetElapsedTime(0);
        foreach (string model in options.GetValueOrDefault("models", "gpt2,bert").Split(','))
        {
            PretrainedConfig config = model == "bert" ? new BertConfig().WithLabels(labels) : new GPT2Config().WithLabels(labels);
            foreach (int count in threads) Measure(model, config, count, shapes, rounds, now);
        }

        return Task.FromResult(0);
    }

    private static void Measure(string name, PretrainedConfig config, int threads, (int, int)[] shapes, int rounds, Func<TimeSpan> now)
    {
        set_num_threads(threads);
        using var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
        model.eval();
        var folder = Directory.CreateTempSubdirectory("onnx-benchmark-");
        try
        {
            using var graphs = new Graphs(model, folder.FullName, threads);
            Console.WriteLine($"## {name}, {threads} thread{(threads == 1 ? "" : "s")}");
            Console.WriteLine();
            Console.WriteLine("| batch × length | int8 | fp32 | plain int8 | plain fp32 | eager Torch | plain fp32 / int8 | plain int8 / int8 | plain fp32 / fp32 |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            foreach (var (rows, length) in shapes)
            {
                var batch = RandomBatch(config, rows, length);
                Candidate[] candidates = [.. graphs.Candidates(batch, rounds), new("torch", () => Eager(model, batch), Math.Max(2, rounds / 3))];
                Turns.RequireSame(candidates);
                var results = Turns.Measure(candidates, now);
                var (int8, fp32, plainInt8, plainFp32, torch) = (results[0], results[1], results[2], results[3], results[4]);
                Console.WriteLine(
                    $"| {rows} × {length} | {string.Join(" | ", new[] { int8, fp32, plainInt8, plainFp32, torch }.Select(r => Number(r.Median)))} | " +
                    $"{Ratio(int8, plainFp32)} | {Ratio(int8, plainInt8)} | {Ratio(fp32, plainFp32)} |");
            }

            Console.WriteLine();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PaddedBatch RandomBatch(PretrainedConfig config, int rows, int length)
    {
        var random = new Random(7);
        long[] ids = [.. Enumerable.Range(0, rows * length).Select(_ => random.NextInt64(1, config.VocabSize))];
        return new PaddedBatch(ids, [.. ids.Select(_ => 1L)], new long[ids.Length], rows, length);
    }

    /// <summary>The model's logits by Torch.</summary>
    public static float[][] Eager(SequenceClassifier model, PaddedBatch batch)
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var ids = tensor(batch.InputIds).view(batch.Rows, batch.Length);
        float[] logits = model.forward(ids, ones_like(ids)).data<float>().ToArray();
        return [.. logits.Chunk(model.Labels.Count)];
    }

    private static (int, int) Shape(string text)
    {
        int[] sizes = [.. text.Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        return (sizes[0], sizes[1]);
    }

    /// <summary>How many times as long the other takes, with the middle 80%.</summary>
    public static string Ratio(Measured ours, Measured other)
    {
        var (low, median, high) = ours.Ratio(other);
        return string.Create(CultureInfo.InvariantCulture, $"**{median:F2}** ({low:F2}–{high:F2})");
    }

    private static string Number(double milliseconds) => milliseconds.ToString(milliseconds < 10 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
