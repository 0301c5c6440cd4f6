using Pipeline.Modeling;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Benchmarks.Models;

/// <summary>Training steps on batches of changing length: tensors that stay behind, and resident memory as it goes on.</summary>
internal sealed class StepsBenchmark : IBenchmark
{
    private const int WarmUp = 100, Steps = 500, Report = 100;

    public string Name => "steps";

    public string Description => "500 training steps of GPT-2 and BERT: tensors left behind, resident memory";

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        TorchRuntime.Initialize();
        Console.WriteLine($"after {WarmUp} steps of warming up; 4 blocks of width 128, batches of 8 texts of 8 to 64 tokens");
        bool clean = Measure(new GPT2Config { VocabSize = 5_000, NPositions = 64, NEmbd = 128, NLayer = 4, NHead = 4, PadTokenId = 0 }.WithLabels(["a", "b"]));
        clean &= Measure(new BertConfig { VocabSize = 5_000, MaxPositionEmbeddings = 64, HiddenSize = 128, NumHiddenLayers = 4, NumAttentionHeads = 4, IntermediateSize = 512 }.WithLabels(["a", "b"]));
        return Task.FromResult(clean ? 0 : 1);
    }

    private static bool Measure(PretrainedConfig config)
    {
        using var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
        model.train();
        using var optimizer = new AdamW(model.named_parameters());
        for (int step = 0; step < WarmUp; step++) Step(model, optimizer, step);
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        long alive = Tensor.TotalCount, resident = PeakMemory.Resident;
        Console.Write($"{config.ModelType,-5} resident {resident / 1e6:f0} MB");
        for (int step = 1; step <= Steps; step++)
        {
            Step(model, optimizer, step);
            if (step % Report == 0) Console.Write($", after {step}: {(PeakMemory.Resident - resident) / 1e6:+0.0;-0.0;0.0}");
        }
        long left = statistics.ThreadTotalLiveCount, more = Tensor.TotalCount - alive;
        Console.WriteLine($" MB; tensors left by dispose scopes {left}, alive {more:+0;-0;0}");
        return left == 0 && more <= 0;
    }

    private static void Step(SequenceClassifier model, AdamW optimizer, int step)
    {
        using var scope = NewDisposeScope();
        long length = 8 + step * 13 % 57;
        var ids = (arange(8 * length, int64).view(8, length) * 31 + step) % model.Config.VocabSize;
        var lengths = (arange(8, int64) * step % length) + 1;
        F.cross_entropy(model.ForwardRightPadded(ids, lengths), arange(8, int64) % 2).backward();
        optimizer.Step(maxGradientNorm: 1);
    }
}
