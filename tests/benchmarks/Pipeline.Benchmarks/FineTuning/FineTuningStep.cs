using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pipeline.Modeling;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Benchmarks.FineTuning;

/// <summary>A few training steps in one way, and a line of figures.</summary>
internal static class FineTuningStep
{
    public const int Texts = 4;
    public const int Tokens = 128;

    private const int Steps = 5;

    public static int Run(string size, string way)
    {
        TorchRuntime.Initialize();
        var model = AutoModelForSequenceClassification.FromConfig(Config(size), seed: 1);
        if (way != "full")
        {
            var lora = LoraModel.Attach(model, new LoraConfig { R = 8, LoraAlpha = 16 }, seed: 1);
            lora.HoldFrozenWeightsAs(way == "lora-bf16" ? bfloat16 : float32);
        }

        model.train();
        using var optimizer = new AdamW(model.named_parameters());
        var memory = TrainingMemory.Of(model);
        // What making the random weights took is not part of training.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Status("VmRSS");
        var seconds = Enumerable.Range(0, Steps).Select(step => Step(model, optimizer, step)).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {way} | {memory.TrainedParameters:N0} | {Mega(memory.WeightBytes)} | {Mega(memory.GradientBytes)} | {Mega(memory.OptimizerBytes)} | {Mega(before)} | {Mega(Status("VmHWM"))} | {seconds[Steps / 2]:0.00} ({seconds[0]:0.00}-{seconds[^1]:0.00}) |"));
        return 0;
    }

    private static double Step(SequenceClassifier model, AdamW optimizer, int step)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        manual_seed(step);
        var ids = randint(50_257, [Texts, Tokens], int64);
        var logits = model.ForwardRightPadded(ids, full([Texts], Tokens, int64)).to_type(float32);
        F.cross_entropy(logits, arange(Texts, int64) % 2).backward();
        optimizer.LearningRate = 1e-4;
        optimizer.Step(maxGradientNorm: 1);
        return clock.Elapsed.TotalSeconds;
    }

    private static GPTNeoConfig Config(string size)
    {
        // The published configurations of EleutherAI/gpt-neo-125m and -1.3B.
        var (layers, width, heads) = size switch
        {
            "125m" => (12, 768, 12),
            "1.3b" => (24, 2_048, 16),
            _ => throw new ArgumentException($"There is no size '{size}'; there are 125m and 1.3b.", nameof(size)),
        };
        return new GPTNeoConfig
        {
            NumLayers = layers,
            HiddenSize = width,
            NumHeads = heads,
            AttentionTypes = JsonSerializer.SerializeToElement(new object[] { new object[] { new[] { "global", "local" }, layers / 2 } }),
        }.WithLabels(["a", "b"]);
    }

    private static string Mega(long bytes) => (bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture);

    // Bytes; the kernel counts in kB.
    private static long Status(string field) =>
        1_024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
}
