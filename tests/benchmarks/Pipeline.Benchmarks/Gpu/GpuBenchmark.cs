using System.Diagnostics;
using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Tokenization;
using Pipeline.Modeling;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Gpu;

/// <summary>
/// The product's step on GPT-2 small and BERT base, 128 tokens a text, random weights and texts: samples a second and model FLOP
/// utilisation, beside <c>peer/hf_trainer.py</c> on the same sizes.
/// </summary>
internal sealed class GpuBenchmark : IBenchmark
{
    private const int WarmUp = 10;

    public string Name => "gpu";

    public string Description => "training of GPT-2 small and BERT base at length 128: [libtorch=FOLDER] [models=gpt2,bert] [batch=32] [steps=100] [length=128] [tiny]";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        string Setting(string name, string otherwise) => arguments.FirstOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? otherwise;
        int Number(string name, int otherwise) => int.Parse(Setting(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        if (Setting("libtorch", "") is { Length: > 0 } library)
            return OtherLibtorch.RunAsync(library, [Name, .. arguments.Where(a => !a.StartsWith("libtorch=", StringComparison.Ordinal))]);

        var device = TorchRuntime.Initialize();
        Console.WriteLine($"{(device.type == DeviceType.CUDA ? $"{CudaDevice.Name}, capability {CudaDevice.Capability}" : $"{get_num_threads()} threads of the CPU")}; batches of {Number("batch", 32)} texts of {Number("length", 128)} tokens");
        Console.WriteLine("| model | products | samples/s | model FLOP utilisation | ms a step, median (least–most) |");
        Console.WriteLine("| --- | --- | ---: | ---: | --- |");
        foreach (var name in Setting("models", "gpt2,bert").Split(','))
            Measure(Config(name, arguments.Contains("tiny")), device, Number("batch", 32), Number("length", 128), Number("steps", 100));
        return Task.FromResult(0);
    }

    private static void Measure(PretrainedConfig config, Device device, int batchSize, int length, int steps)
    {
        var arguments = new TrainingArguments
        {
            Seed = 1, MaxLength = length, NumTrainEpochs = 1, PerDeviceTrainBatchSize = batchSize, MaxTokensPerBatch = batchSize * length, LearningRate = 5e-5,
            WarmupSteps = 0, WeightDecay = 0.01, MaxGradNorm = 1, Dropout = 0.1, Reasons = new Dictionary<string, string>(),
        };
        var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
        model.to(device);
        using var tensors = new TrainingTensors(model, arguments);
        var path = new ComputePolicy(arguments, device.type, config).Choose(TimeProvider.System).Path;
        tensors.ComputeAs(path);
        using var step = new TrainingStep(tensors, new ClassificationLoss(ProblemType.SingleLabelClassification, config.Labels, arguments), new PrefixLoss(ProblemType.SingleLabelClassification, 0), arguments);
        var flops = ModelFlops.Of(model);
        var peak = device.type == DeviceType.CUDA ? PeakFlops.OfCuda(CudaDevice.Name, model.ComputeType) : PeakFlops.MeasureCpu(model.ComputeType, TimeProvider.System);

        var random = new Random(1);
        Batch Next() => Batch.Of(
            [.. Enumerable.Range(0, batchSize).Select(_ => new ModelInput([.. Enumerable.Range(0, length).Select(_ => random.Next(5, config.VocabSize))], config.HasTokenTypes ? new int[length] : null))],
            [.. Enumerable.Range(0, batchSize).Select(_ => new[] { random.Next(2) })],
            padTokenId: 0);

        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        var i = 0;
        foreach (var batch in BatchPrefetcher.Prefetch(Enumerable.Repeat<Func<Batch>>(Next, WarmUp + steps), isOnAnotherThread: device.type != DeviceType.CPU))
        {
            var before = clock.Elapsed.TotalMilliseconds;
            var result = step.Run([batch], i++, 5e-5);
            if (i == WarmUp || i == WarmUp + steps || device.type == DeviceType.CPU)
                _ = result.Loss; // waits for the device
            if (i == WarmUp)
                clock.Restart();
            else if (i > WarmUp)
                times.Add(clock.Elapsed.TotalMilliseconds - before);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        long[] lengths = [.. Enumerable.Repeat((long)length, batchSize)];
        var utilisation = peak is { } best ? (steps * flops.OfBatch(lengths) / seconds / best).ToString("p1", CultureInfo.InvariantCulture) : "–";
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {config.ModelType} {config.LayerCount}x{config.Width} | {path} | {steps * batchSize / seconds:f1} | {utilisation} | {times[times.Count / 2]:f1} ({times[0]:f1}–{times[^1]:f1}) |"));
    }

    private static PretrainedConfig Config(string name, bool tiny) => (name, tiny) switch
    {
        ("gpt2", false) => new GPT2Config { AttnPdrop = 0, PadTokenId = 50_256 }.WithLabels(["a", "b"]),
        ("gpt2", true) => new GPT2Config { VocabSize = 500, NPositions = 128, NLayer = 3, NEmbd = 64, NHead = 4, AttnPdrop = 0, PadTokenId = 0 }.WithLabels(["a", "b"]),
        ("bert", false) => new BertConfig { AttentionProbsDropoutProb = 0 }.WithLabels(["a", "b"]),
        ("bert", true) => new BertConfig { VocabSize = 500, MaxPositionEmbeddings = 128, HiddenSize = 64, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 256, AttentionProbsDropoutProb = 0 }.WithLabels(["a", "b"]),
        _ => throw new ArgumentException($"There is no model '{name}'; there are gpt2 and bert.", nameof(name)),
    };
}
