using System.Diagnostics;
using System.Text.Json;
using Pipeline.Modeling;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Benchmarks.Models;

/// <summary>GPT-Neo 1.3B in its real configuration: built, saved in shards, loaded and run once, with the peak of memory of each step.</summary>
internal sealed class GptNeo13BBenchmark : IBenchmark
{
    private const int Tokens = 300; // more than the window, so that local attention is local

    public string Name => "gpt-neo-1.3b";

    public string Description => "GPT-Neo 1.3B built, saved in shards, loaded, run once; peak memory";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        TorchRuntime.Initialize();
        var folder = Directory.CreateTempSubdirectory("pipeline-gpt-neo-");
        try
        {
            return Task.FromResult(Measure(folder.FullName) ? 0 : 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Measure(string folder)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var types = JsonSerializer.SerializeToElement(new object[] { new object[] { new[] { "global", "local" }, 12 } });
        var config = new GPTNeoConfig { AttentionTypes = types, PadTokenId = 50_256 }.WithLabels(["a", "b"]);

        var model = Step("build with random weights", () => AutoModelForSequenceClassification.FromConfig(config, seed: 1));
        double bytes = model.parameters().Sum(p => p.numel()) * 4.0;
        Console.WriteLine($"  {bytes / 4e9:f2} billion weights, {bytes / 1e9:f2} GB in fp32");
        var before = Run(model);
        Step("save in shards of 2 GB", () =>
        {
            model.SavePretrained(folder, maxShardSize: 2_000_000_000);
            return 0;
        });
        model.Dispose();
        foreach (string file in Directory.EnumerateFiles(folder).Order()) Console.WriteLine($"  {Path.GetFileName(file)} {new FileInfo(file).Length:N0}");

        var loaded = Step("load from the shards", () => AutoModelForSequenceClassification.FromPretrained(folder));
        var after = Step($"run once on {Tokens} tokens", () => Run(loaded));
        loaded.Dispose();
        var half = Step("load as bf16", () => AutoModelForSequenceClassification.FromPretrained(folder, new PretrainedOptions { Dtype = ScalarType.BFloat16 }));
        var halfLogits = Step($"run once in bf16 on {Tokens} tokens", () => Run(half));
        half.Dispose();
        bool same = before.Equals(after) && after.isfinite().all().item<bool>();
        Console.WriteLine($"logits before saving and after loading are {(same ? "the same" : "DIFFERENT")}; bf16 differs by up to {(halfLogits.to_type(float32) - after).abs().max().item<float>():g2}, the largest is {after.abs().max().item<float>():g2}");
        return same;
    }

    private static Tensor Run(SequenceClassifier model)
    {
        model.eval();
        var ids = (arange(Tokens, int64) * 97 % 50_000).unsqueeze(0);
        return model.ForwardRightPadded(ids, tensor(new long[] { Tokens }));
    }

    private static T Step<T>(string what, Func<T> run)
    {
        PeakMemory.Reset();
        var watch = Stopwatch.StartNew();
        var result = run();
        Console.WriteLine($"{what,-32} {watch.Elapsed.TotalSeconds,6:f1} s   peak {PeakMemory.Peak / 1e9:f2} GB, afterwards {PeakMemory.Resident / 1e9:f2} GB");
        return result;
    }
}
