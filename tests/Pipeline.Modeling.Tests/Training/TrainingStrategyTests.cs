using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using static Pipeline.Modeling.Tests.Training.TinyTraining;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

/// <summary>When the loop evaluates, saves and ends, and what an accumulated step comes to.</summary>
public sealed class TrainingStrategyTests
{
    public TrainingStrategyTests()
    {
        TorchRuntime.Initialize();
        set_num_threads(1);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Accumulation_gives_the_gradients_of_one_large_batch()
    {
        var arguments = TinyArguments.Default with { ClassWeights = new Dictionary<string, double> { ["a"] = 1, ["b"] = 2, ["c"] = 0.5 }, LabelSmoothingFactor = 0.1 };
        // Parts of 5, 1 and 10 examples: a mean of means would weigh the one too much.
        var rows = Data.Train.Take(16).ToArray();

        var (whole, together) = OneStep(arguments, [BatchOf(rows)]);
        var (parts, inParts) = OneStep(arguments, [BatchOf(rows[..5]), BatchOf(rows[5..6]), BatchOf(rows[6..])]);

        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
        Assert.Equal(whole.GradientNorm, parts.GradientNorm, 1e-6);
        Assert.All(together, w => Assert.All(w.Value.Zip(inParts[w.Key]), pair => Assert.InRange(pair.Second, pair.First - 1e-6, pair.First + 1e-6)));
    }

    [Fact]
    public void Evaluations_by_steps_stand_in_the_history_with_step_and_part_of_the_epoch()
    {
        using var loop = Loop(epochs: 2, arguments: TinyArguments.Default with { EvalStrategy = "steps", EvalSteps = 4 });
        loop.Run(_ => { }, Token);

        Assert.Equal([4, 8, 12, 16, 20], loop.State.History.Select(h => h.Step!.Value)); // 10 steps an epoch
        Assert.Equal([0.4, 0.8, 1.2, 1.6, 2], loop.State.History.Select(h => Math.Round(h.Epoch, 9)));
        Assert.All(loop.State.History, h => Assert.InRange(h.TrainingLoss, 0.01, 2));
    }

    [Fact]
    public void The_last_step_is_always_evaluated()
    {
        using var never = Loop(epochs: 1, arguments: TinyArguments.Default with { EvalStrategy = "no", LoadBestModelAtEnd = false });
        never.Run(_ => { }, Token);
        Assert.Equal(10, Assert.Single(never.State.History).Step);
        Assert.Equal(1, never.State.BestEpoch);

        using var rarely = Loop(epochs: 1, arguments: TinyArguments.Default with { EvalStrategy = "steps", EvalSteps = 7 });
        rarely.Run(_ => { }, Token);
        Assert.Equal([7, 10], rarely.State.History.Select(h => h.Step!.Value));
    }

    [Theory]
    [InlineData("no", null, new[] { 20 })]
    [InlineData("epoch", null, new[] { 10, 20 })]
    [InlineData("steps", 8, new[] { 8, 16, 20 })]
    public void Checkpoints_are_asked_for_as_the_strategy_says_and_at_the_end(string strategy, int? steps, int[] expected)
    {
        using var loop = Loop(epochs: 2, arguments: TinyArguments.Default with { SaveStrategy = strategy, SaveSteps = steps });
        var saved = new List<int>();
        loop.Run(isDue => { if (isDue) saved.Add(loop.State.Step); }, Token);

        Assert.Equal(expected, saved);
    }

    [Fact]
    public void Max_steps_end_the_run_within_an_epoch_or_over_several()
    {
        using var loop = Loop(epochs: 9, arguments: TinyArguments.Default with { MaxSteps = 13 });
        loop.Run(_ => { }, Token);

        Assert.Equal((13, 1, 3), (loop.State.Step, loop.State.Epoch, loop.State.StepInEpoch));
        Assert.Equal([1, 1.3], loop.State.History.Select(h => Math.Round(h.Epoch, 9)));
        Assert.False(loop.StoppedEarly);
    }

    [Fact]
    public void Early_stopping_ends_the_run_and_the_best_weights_are_in_the_model()
    {
        // With a rate near zero nothing gets better by so much.
        var arguments = TinyArguments.Default with
        {
            LearningRate = 1e-7, MetricForBestModel = "log_loss", GreaterIsBetter = false, EarlyStoppingPatience = 2, EarlyStoppingThreshold = 0.5,
        };
        using var loop = Loop(epochs: 50, arguments: arguments);
        var steps = 0;
        loop.Run(_ => steps++, Token);

        Assert.True(loop.StoppedEarly);
        Assert.Equal((30, 3), (steps, loop.State.History.Count)); // the first counts as progress, two more as none
        var again = new Evaluator(Data, Data.Validation, Data.Inputs(12)).Evaluate(loop.Tensors.Model, Token);
        Assert.Equal(loop.State.BestValidation!.Loss()!.Value, again.Loss()!.Value, 6);
    }

    [Fact]
    public void The_last_weights_can_be_wanted_instead_of_the_best()
    {
        // By a figure of which less is better only in name, an early evaluation stays the best; at this rate none of those is right about everything.
        var arguments = TinyArguments.Default with { MetricForBestModel = "accuracy", GreaterIsBetter = false, LearningRate = 2e-3 };
        using var best = Loop(epochs: 8, arguments: arguments);
        best.Run(_ => { }, Token);
        using var last = Loop(epochs: 8, arguments: arguments with { LoadBestModelAtEnd = false });
        last.Run(_ => { }, Token);

        Assert.True(best.State.BestEpoch < 8);
        Assert.Equal(8, last.State.BestEpoch);
        Assert.True(last.State.BestValidation!.Headline().Accuracy!.Value > best.State.BestValidation!.Headline().Accuracy!.Value);
    }

    private static (StepResult Result, Dictionary<string, float[]> Gradients) OneStep(TrainingArguments arguments, Batch[] batches)
    {
        // One step of plain descent would show the gradients; AdamW's first moment after a step is a tenth of them.
        using var tensors = new TrainingTensors(Model(Data, dropout: 0), arguments with { MaxGradNorm = 0 });
        var result = new TrainingStep(tensors, new ClassificationLoss(Data.Problem, Data.Labels, arguments), new PrefixLoss(Data.Problem, 0), arguments with { MaxGradNorm = 0 }).Run(batches, step: 0, learningRate: 0);
        return (result, tensors.Optimizer.State().Where(s => s.Key.StartsWith("exp_avg.", StringComparison.Ordinal)).ToDictionary(s => s.Key, s => s.Value.data<float>().Select(v => v * 10).ToArray()));
    }

    private static Batch BatchOf(Example[] rows) => Batch.Of([.. rows.Select(Data.Inputs(12).Build)], [.. rows.Select(r => r.Labels)], Data.PadTokenId);
}
