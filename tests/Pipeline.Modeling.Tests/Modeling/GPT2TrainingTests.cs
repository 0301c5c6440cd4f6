using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests;

public sealed class GPT2TrainingTests
{
    private static readonly GPT2Config s_config = new GPT2Config { VocabSize = 20, NPositions = 12, NEmbd = 8, NLayer = 2, NHead = 2, InitializerRange = 0.3 }.WithLabels(["a", "b", "c"]);

    [Theory, InlineData("Left"), InlineData("Right")]
    public void Gradients_equal_finite_differences_of_the_loss(string side)
    {
        using var scope = NewDisposeScope();
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        model.eval();
        model.to(float64);
        var (ids, mask, _, labels) = Batch();
        if (side == "Left") (ids, mask) = (ids.flip(1), mask.flip(1));
        Tensor Loss() => F.cross_entropy(model.forward(ids, mask), labels);
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

    [Fact]
    public void Two_hundred_steps_learn_the_data_and_leave_no_tensor_behind()
    {
        manual_seed(3);
        using var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        model.train();
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions { LearningRate = 3e-3 });
        TrainStep(model, optimizer); // makes what stays, such as native buffers
        GC.Collect(); // what other tests left to the garbage collector
        GC.WaitForPendingFinalizers();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        long alive = Tensor.TotalCount;

        double loss = 0;
        for (int step = 0; step < 200; step++) loss = TrainStep(model, optimizer);

        Assert.Equal(0, statistics.ThreadTotalLiveCount);
        Assert.InRange(Tensor.TotalCount, 0, alive);
        Assert.True(loss < 0.3, $"the loss is still {loss}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        using var scope = NewDisposeScope();
        static Tensor Weight(long seed) => new GPT2ForSequenceClassification(s_config, seed).transformer.h[1].mlp.c_fc.weight;
        Assert.True(Weight(1).Equals(Weight(1)));
        Assert.False(Weight(1).Equals(Weight(2)));
    }

    [Fact]
    public void New_weights_have_the_spread_that_transformers_gives_them()
    {
        using var scope = NewDisposeScope();
        var config = new GPT2Config { VocabSize = 500, NPositions = 64, NEmbd = 128, NLayer = 3, NHead = 4 }.WithLabels(["a", "b"]);
        foreach (var (name, parameter) in new GPT2ForSequenceClassification(config, seed: 1).named_parameters().Where(p => p.parameter.numel() > 1000))
        {
            double expected = name.EndsWith("c_proj.weight", StringComparison.Ordinal) ? 0.02 / Math.Sqrt(6) : 0.02;
            Assert.Equal(expected, parameter.std().item<float>(), expected * 0.05);
        }
    }

    [Fact]
    public void A_text_longer_than_the_model_is_refused_with_both_lengths()
    {
        using var scope = NewDisposeScope();
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        var error = Assert.Throws<ArgumentException>(() => model.ForwardRightPadded(zeros(1, 13, int64), ones(1, int64)));
        Assert.Contains("13", error.Message, StringComparison.Ordinal);
        Assert.Contains("12", error.Message, StringComparison.Ordinal);
    }

    private static double TrainStep(GPT2ForSequenceClassification model, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        var (ids, _, lengths, labels) = Batch();
        var loss = F.cross_entropy(model.ForwardRightPadded(ids, lengths), labels);
        loss.backward();
        optimizer.Step(maxGradientNorm: 1);
        return loss.item<float>();
    }

    private static (Tensor Ids, Tensor Mask, Tensor Lengths, Tensor Labels) Batch()
    {
        long[] lengths = [12, 1, 5, 8];
        var ids = arange(48, int64).view(4, 12) * 7 % s_config.VocabSize;
        var mask = arange(12) < tensor(lengths).unsqueeze(1);
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
