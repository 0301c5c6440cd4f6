using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests;

public sealed class TrainingStepTests
{
    private const long FlatMemory = 24 << 20; // bytes: below what 300 steps with one small leaked tensor each would take with their graphs

    public static IEnumerable<TheoryDataRow<string, string>> FamiliesAndSides =>
        TinyModels.Families.SelectMany(family => Enum.GetNames<Padding>().Select(side => new TheoryDataRow<string, string>(family.Data, side)));

    [Theory, MemberData(nameof(FamiliesAndSides))]
    public void Gradients_equal_finite_differences_of_the_loss(string family, string side)
    {
        using var scope = NewDisposeScope();
        var model = TinyModels.Create(family);
        model.eval();
        model.to(float64);
        var (ids, mask, _, labels) = Batch(model.Config);
        if (side == "Left") (ids, mask) = (ids.flip(1), mask.flip(1));
        Tensor Loss() => F.cross_entropy(model.forward(ids, mask, model.Config.HasTokenTypes ? mask.cumsum(1) % 2 : null), labels);
        Loss().backward();

        var random = new Random(2);
        foreach (var (name, parameter) in model.named_parameters())
        {
            double[] gradient = parameter.grad!.contiguous().data<double>().ToArray();
            for (int trial = 0; trial < 3; trial++)
            {
                int i = random.Next(gradient.Length);
                double expected = FiniteDifference(parameter, i, Loss);
                Assert.True(Math.Abs(expected - gradient[i]) <= 1e-7 + 1e-5 * Math.Abs(expected), $"{name}[{i}]: {gradient[i]}, finite difference {expected}");
            }
        }
    }

    [Theory, InlineData("gpt2"), InlineData("bert")]
    public void Five_hundred_steps_learn_the_data_leave_no_tensor_behind_and_keep_memory_flat(string family)
    {
        manual_seed(3);
        using var model = AutoModelForSequenceClassification.FromConfig(TinyModels.Config(family).WithDropout(0.05), seed: 1);
        model.train();
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions { LearningRate = 5e-3 });
        for (int step = 0; step < 100; step++) TrainStep(model, optimizer); // makes what stays, such as native buffers
        GC.Collect(); // what other tests left to the garbage collector
        GC.WaitForPendingFinalizers();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        long alive = Tensor.TotalCount, memory = Environment.WorkingSet;

        double loss = 0;
        for (int step = 0; step < 400; step++) loss = TrainStep(model, optimizer);

        Assert.Equal(0, statistics.ThreadTotalLiveCount);
        Assert.InRange(Tensor.TotalCount, 0, alive);
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, FlatMemory);
        Assert.True(loss < 0.5, $"the loss is still {loss}");
    }

    private static double TrainStep(SequenceClassifier model, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        var (ids, _, lengths, labels) = Batch(model.Config);
        var loss = F.cross_entropy(model.ForwardRightPadded(ids, lengths, zeros_like(ids)), labels);
        loss.backward();
        optimizer.Step(maxGradientNorm: 1);
        return loss.item<float>();
    }

    private static (Tensor Ids, Tensor Mask, Tensor Lengths, Tensor Labels) Batch(PretrainedConfig config)
    {
        long[] lengths = [12, 1, 5, 8];
        var ids = arange(48, int64).view(4, 12) * 7 % config.VocabSize;
        var mask = (arange(12) < tensor(lengths).unsqueeze(1)).to_type(int64);
        return (ids, mask, tensor(lengths), tensor(new long[] { 0, 1, 2, 1 }));
    }

    private static double FiniteDifference(Tensor parameter, int index, Func<Tensor> loss)
    {
        const double h = 1e-5;
        using var grad = no_grad();
        var element = parameter.detach().view(-1).narrow(0, index, 1);
        element.add_(h);
        double above = loss().item<double>();
        element.sub_(2 * h);
        double below = loss().item<double>();
        element.add_(h);
        return (above - below) / (2 * h);
    }
}
