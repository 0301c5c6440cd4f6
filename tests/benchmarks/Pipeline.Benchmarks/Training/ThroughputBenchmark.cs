using System.Diagnostics;
using System.Globalization;
using Pipeline.Core.Runs;
using Pipeline.Modeling;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Training;

/// <summary>Examples trained on in a second: the product's loop beside plain TorchSharp loops, same model, data and batch size.</summary>
internal sealed class ThroughputBenchmark : IBenchmark
{
    public string Name => "throughput";

    public string Description => "training, samples a second, against plain TorchSharp loops: FILE [rounds=5] [threads=2] [sizes=2x128,4x256] [batch=32]";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            Console.Error.WriteLine("throughput FILE [rounds=5] [threads=2] [sizes=2x128,4x256] [batch=32]");
            return Task.FromResult(1);
        }

        string Setting(string name, string otherwise) => arguments.FirstOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? otherwise;
        int Number(string name, int otherwise) => int.Parse(Setting(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        TorchRuntime.Initialize(Number("threads", Environment.ProcessorCount));
        var data = News.Read(arguments[0]);
        var lengths = data.Train.Select(e => e.InputIds.Length).ToArray();
        Console.WriteLine($"{lengths.Length:N0} texts of {lengths.Average():f1} tokens, the longest of {lengths.Max()}; batches of {Number("batch", 32)}, {get_num_threads()} threads, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        foreach (var size in Setting("sizes", "2x128,4x256").Split(','))
            Measure(data, size, Number("batch", 32), lengths.Max(), Number("rounds", 5));
        return Task.FromResult(0);
    }

    private static void Measure(TrainingData data, string size, int batchSize, int longest, int rounds)
    {
        var arguments = Arguments(data, longest, batchSize);
        var sizes = size.Split('x').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray();
        var config = new GPT2Config
        {
            VocabSize = data.Tokenizer.VocabularySize,
            NPositions = longest,
            NLayer = sizes[0],
            NEmbd = sizes[1],
            NHead = sizes[1] / 64,
            EmbdPdrop = arguments.Dropout,
            ResidPdrop = arguments.Dropout,
            AttnPdrop = 0, // rules out the fused kernel for all
            PadTokenId = data.PadTokenId,
        }.WithLabels(data.Labels);
        IContender[] contenders =
        [
            new PlainLoop(config, data, batchSize, longest),
            new PlainLoop(config, data, batchSize, null),
            Product("ours, fp32", null),
            .. TorchRuntime.HasFastBFloat16 ? [Product("ours, bf16", ScalarType.BFloat16)] : Array.Empty<IContender>(),
        ];
        foreach (var contender in contenders)
            contender.Train(2);

        var clock = contenders.Select(_ => new List<double>()).ToArray();
        var processor = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
                var trained = contenders[i].Train(contenders[i].StepsPerRound);
                clock[i].Add(trained / watch.Elapsed.TotalSeconds);
                processor[i].Add(trained / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{size}: {new ComputePolicy(arguments, TorchSharp.DeviceType.CPU, config).Choose(TimeProvider.System).Reason}");
        Console.WriteLine();
        Console.WriteLine($"| {size} | samples/s | per processor second | times the first | times the second |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        for (var i = 0; i < contenders.Length; i++)
            Console.WriteLine($"| {contenders[i].Name} | {Text(clock[i], "f0")} | {Text(processor[i], "f0")} | {Ratio(processor, i, 0)}; by the clock {Ratio(clock, i, 0)} | {Ratio(processor, i, 1)}; by the clock {Ratio(clock, i, 1)} |");
        foreach (var contender in contenders)
            contender.Dispose();

        IContender Product(string name, ScalarType? type)
        {
            var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
            model.SetComputeType(type);
            return new ProductLoop(name, model, data, arguments);
        }
    }

    // As for a run from scratch with this batch size, but for texts that are not cut.
    private static TrainingArguments Arguments(TrainingData data, int longest, int batchSize) => TrainingArgumentsFactory.Create(
        new RunOptions { MaxLength = longest, PerDeviceTrainBatchSize = batchSize, NumTrainEpochs = 3 },
        [.. data.Train.Select(e => e.InputIds.Length)],
        baseModel: null,
        data.Problem);

    private static string Ratio(List<double>[] rates, int i, int peer) => Text([.. rates[i].Zip(rates[peer], (a, b) => a / b)], "f2");

    private static string Text(List<double> values, string format)
    {
        var ordered = values.Order().ToArray();
        string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Show(ordered[ordered.Length / 2])} ({Show(ordered[0])}–{Show(ordered[^1])})";
    }
}
