using Pipeline.Core.Metrics;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;
using TorchSharp;
using static Pipeline.Modeling.Tests.Training.TinyTraining;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

public sealed class TrainingLoopTests
{
    public TrainingLoopTests()
    {
        TorchRuntime.Initialize();
        set_num_threads(1);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_learns_which_token_stands_for_which_class()
    {
        using var loop = Loop(epochs: 10);
        loop.Run(_ => { }, Token);

        Assert.Equal(10, loop.State.History.Count);
        Assert.InRange(((ClassificationMetrics)loop.State.BestValidation!).Accuracy, 0.9, 1.0);
        Assert.True(loop.State.History[^1].TrainingLoss < loop.State.History[0].TrainingLoss);
    }

    [Fact]
    public void Training_that_diverges_ends_for_good_and_says_what_to_lower()
    {
        using var loop = Loop(epochs: 2, arguments: TinyArguments.Default with { LearningRate = 1e30 });

        var diverged = Assert.Throws<PermanentFailureException>(() => loop.Run(_ => { }, Token));

        Assert.Equal("diverged", diverged.Code);
        Assert.Contains("learning_rate", diverged.Fix, StringComparison.Ordinal);
    }

    // In parts: each step adds up three batches of several parts, evaluations are within epochs, and the run ends early.
    [Theory, InlineData(false, false, false), InlineData(true, false, false), InlineData(false, true, false), InlineData(false, false, true), InlineData(false, false, false, true)]
    public void After_any_number_of_interruptions_the_weights_are_those_of_an_undisturbed_run_bit_for_bit(bool lora, bool taught, bool inParts, bool numbers = false)
    {
        var arguments = !inParts ? TinyArguments.Default : TinyArguments.Default with
        {
            PerDeviceTrainBatchSize = 8, GradientAccumulationSteps = 3, MaxTokensPerBatch = 60, LrSchedulerType = "cosine", EvalStrategy = "steps", EvalSteps = 4,
            MetricForBestModel = "accuracy", EarlyStoppingPatience = 3, LabelSmoothingFactor = 0.1,
        };
        var epochs = inParts ? 50 : 3;
        using var undisturbed = Loop(epochs, lora: lora, taught: taught, arguments: arguments, numbers: numbers);
        undisturbed.Run(_ => { }, Token);
        var expected = Weights(undisturbed);

        var random = new Random(11);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var checkpoint = Path.Combine(folder.FullName, "checkpoint.safetensors");
            TrainingState? saved = null;
            var interruptions = 0;
            while (true)
            {
                using var loop = Loop(epochs, lora: lora, taught: taught, arguments: arguments, numbers: numbers);
                if (saved is not null)
                {
                    loop.Tensors.Load(checkpoint);
                    loop.State = saved;
                }

                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
                var stepsUntilKill = random.Next(1, 12);
                var stepsSinceSave = 0;
                try
                {
                    loop.Run(
                        _ =>
                        {
                            // Saved now and then; what was done since is lost with the kill and done again.
                            if (++stepsSinceSave % 3 == 0)
                            {
                                loop.Tensors.Save(checkpoint);
                                saved = loop.State;
                            }

                            if (--stepsUntilKill == 0)
                                stop.Cancel();
                        },
                        stop.Token);
                    Assert.Equal(expected, Weights(loop));
                    Assert.Equal(undisturbed.State.History, loop.State.History);
                    Assert.Equal(undisturbed.State.BestEpoch, loop.State.BestEpoch);
                    Assert.Equal(inParts, loop.StoppedEarly);
                    break;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested && !Token.IsCancellationRequested)
                {
                    interruptions++;
                }
            }

            Assert.InRange(interruptions, 3, 1_000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Training_keeps_no_tensor_that_it_does_not_need()
    {
        using var loop = Loop();
        var counts = new List<long>();
        loop.Run(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount), Token);

        // The first epoch makes the moments and the copy of the best weights; from then on nothing is added.
        Assert.Equal(counts[counts.Count / 2], counts[^1]);
    }

    [Fact]
    public void The_best_epoch_is_the_one_with_the_highest_macro_f1_and_among_equals_the_lowest_loss()
    {
        var best = Metrics(right: 8, loss: 0.5);

        Assert.True(IsBest(Metrics(1, 9), null));
        Assert.True(IsBest(Metrics(9, 0.9), best));
        Assert.True(IsBest(Metrics(8, 0.4), best));
        Assert.False(IsBest(Metrics(8, 0.5), best));
        Assert.False(IsBest(Metrics(7, 0.1), best));

        static ClassificationMetrics Metrics(int right, double loss)
        {
            var matrix = new ConfusionMatrix(2);
            for (var i = 0; i < 10; i++)
                matrix.Add(i % 2, i < right ? i % 2 : 1 - i % 2);
            return ClassificationMetrics.From(matrix, ["a", "b"], loss);
        }
    }

    [Fact]
    public void As_many_mistakes_spread_otherwise_over_the_classes_are_decided_by_the_loss()
    {
        var (first, second) = (Metrics(missed: 7, wrong: 3, loss: 0.08), Metrics(missed: 5, wrong: 5, loss: 0.07));

        Assert.True(first.Macro.F1 > second.Macro.F1);
        Assert.True(IsBest(second, first));
        Assert.False(IsBest(first, second));

        static ClassificationMetrics Metrics(int missed, int wrong, double loss)
        {
            var matrix = new ConfusionMatrix(2);
            for (var i = 0; i < 423; i++)
                matrix.Add(0, i < missed ? 1 : 0);
            for (var i = 0; i < 173; i++)
                matrix.Add(1, i < wrong ? 0 : 1);
            return ClassificationMetrics.From(matrix, ["ham", "spam"], loss);
        }
    }

    [Fact]
    public void With_several_labels_each_is_learned_by_itself()
    {
        using var loop = Loop(epochs: 20, several: true);
        loop.Run(_ => { }, Token);

        var best = (ClassificationMetrics)loop.State.BestValidation!;
        Assert.InRange(best.Micro!.F1, 0.9, 1.0);
        Assert.InRange(best.HammingLoss!.Value, 0, 0.1);
        Assert.NotNull(best.MultilabelConfusionMatrix);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_taught_model_learns_the_labels_too(bool several)
    {
        using var loop = Loop(epochs: 20, several: several, taught: true);
        loop.Run(_ => { }, Token);

        Assert.InRange(((ClassificationMetrics)loop.State.BestValidation!).Macro.F1, 0.8, 1.0);
    }

    [Fact]
    public void Numbers_are_learned_in_their_own_units()
    {
        using var loop = Loop(epochs: 15, numbers: true);
        loop.Run(_ => { }, Token);

        var best = (RegressionMetrics)loop.State.BestValidation!;
        Assert.InRange(best.R2, 0.8, 1.0);
        Assert.Equal(loop.State.History.MaxBy(e => e.ValidationR2)!.Epoch, loop.State.BestEpoch);
        // Losses are shares of the targets' variance, so that they begin near one whatever the unit.
        Assert.InRange(loop.State.History[0].TrainingLoss, 0.2, 3);
        Assert.Equal(best.Mse / Numbers.Scale.Variance, loop.State.History[(int)loop.State.BestEpoch - 1].ValidationLoss, 9);

        // After the mean and the deviation went into the weights, the model gives the same numbers by itself.
        var (mean, deviation) = Numbers.Scale;
        loop.Tensors.Model.RescaleLogit(deviation, mean);
        var alone = (RegressionMetrics)new Evaluator(Numbers, Numbers.Validation, Numbers.Inputs(12)).Evaluate(loop.Tensors.Model, Token);
        Assert.Equal(best.Rmse, alone.Rmse, 0.01);
    }

    [Fact]
    public void The_average_is_in_the_model_only_while_it_is_measured()
    {
        using var loop = Loop(epochs: 1);
        var steps = 0;
        loop.Run(_ => Check(), Token);
        Assert.InRange(steps, 5, 100);

        void Check()
        {
            steps++;
            var weights = Weights(loop);
            using (loop.Tensors.Average.Use())
            {
                Assert.NotEqual(weights, Weights(loop));
                Assert.Equal(loop.Tensors.Average.Tensors["score.weight"].data<float>().ToArray(), Weights(loop)["score.weight"]);
            }

            Assert.Equal(weights, Weights(loop));
        }
    }

    [Fact]
    public void With_lora_a_checkpoint_holds_adapters_and_head_and_nothing_of_the_base_model()
    {
        using var loop = Loop(epochs: 1, lora: true);
        loop.Run(_ => { }, Token);
        using var folder = new TemporaryFolder();
        loop.Tensors.Save(folder.File("checkpoint"));

        using var saved = SafetensorsReader.Open(folder.File("checkpoint"));
        string[] trained =
        [
            "score.weight",
            "transformer.h.0.attn.c_attn.lora_A.weight", "transformer.h.0.attn.c_attn.lora_B.weight",
            "transformer.h.1.attn.c_attn.lora_A.weight", "transformer.h.1.attn.c_attn.lora_B.weight",
        ];
        Assert.Equal(
            trained.SelectMany(name => new[] { "model.", "average.", "best.", "optimizer.exp_avg.", "optimizer.exp_avg_sq." }.Select(prefix => prefix + name))
                .Append("optimizer.step").Order(StringComparer.Ordinal),
            saved.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Memory_counts_every_weight_and_gradients_and_moments_of_the_trained_ones()
    {
        using var whole = Loop();
        using var lora = Loop(lora: true);
        // 40 x 16 + 16 x 16 embeddings, 2 blocks, the last norm, the head of 3 labels.
        long block = 16 * 48 + 48 + 16 * 16 + 16 + 16 * 64 + 64 + 64 * 16 + 16 + 4 * 16, all = (40 + 16) * 16 + 2 * block + 32 + 48;
        long adapters = 2 * (2 * 16 + 48 * 2);

        Assert.Equal(new TrainingMemory(all, all, 4 * all, 4 * all, 8 * all), TrainingMemory.Of(whole.Tensors.Model));
        Assert.Equal(
            new TrainingMemory(all + adapters, adapters + 48, 4 * (all + adapters), 4 * (adapters + 48), 8 * (adapters + 48)),
            TrainingMemory.Of(lora.Tensors.Model));
    }

    private static bool IsBest(ClassificationMetrics candidate, ClassificationMetrics? best) =>
        new EvaluationOutcome(TinyArguments.Default).IsKept(new TrainingState { BestValidation = best }, candidate);
}
