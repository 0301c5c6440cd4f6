using System.Runtime.InteropServices;
using Pipeline.Core;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Jobs;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests.Training;

public sealed class OutOfMemoryTests
{
    private static readonly int[] s_lengths = [3, 9, 5, 1, 7, 4, 8];

    private static readonly TrainingArguments s_arguments = new()
    {
        Seed = 5, MaxLength = 12, NumTrainEpochs = 1, PerDeviceTrainBatchSize = 8, LearningRate = 1e-3, WarmupSteps = 0,
        WeightDecay = 0, MaxGradNorm = 1e9, Dropout = 0, Reasons = new Dictionary<string, string>(),
    };

    [Theory, InlineData(4, 2), InlineData(3, 4), InlineData(1, 8)]
    public void Where_memory_fails_the_step_is_done_again_in_smaller_pieces_with_the_gradients_of_the_whole(int fitting, int divisor)
    {
        using var whole = Tensors();
        using var undivided = new TrainingStep(whole, new ClassificationLoss(ProblemType.SingleLabelClassification, ["a", "b", "c"], s_arguments), new PrefixLoss(ProblemType.SingleLabelClassification, 0), s_arguments);
        undivided.Run([Batch()], 0, 1e-3);

        using var tensors = Tensors();
        var said = new List<string>();
        using var step = Step(tensors, fitting, said.Add);
        var result = step.Run([Batch()], 0, 1e-3);

        Assert.Equal(divisor, step.Divisor);
        Assert.Equal(int.Log2(divisor), said.Count);
        Assert.All(said, message => Assert.Contains("Out of memory in step 1", message, StringComparison.Ordinal));
        Assert.InRange(result.Loss, 0.5, 3);
        // After the first step the mean of gradients is a tenth of the gradient.
        foreach (var (name, mean) in tensors.Optimizer.State().Where(t => t.Key.StartsWith("exp_avg.", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            var expected = whole.Optimizer.State()[name];
            Assert.True(allclose(mean, expected, rtol: 1e-4, atol: 1e-7), name);
        }
    }

    [Fact]
    public void The_smaller_size_is_kept_for_the_steps_that_follow()
    {
        using var tensors = Tensors();
        var said = new List<string>();
        using var step = Step(tensors, fitting: 3, said.Add);
        step.Run([Batch()], 0, 1e-3);
        int once = said.Count;
        step.Run([Batch()], 1, 1e-3);

        Assert.Equal(once, said.Count);
    }

    [Fact]
    public void One_example_that_does_not_fit_ends_the_run_with_a_fix()
    {
        using var tensors = Tensors();
        using var step = Step(tensors, fitting: 0, _ => { });
        var failure = Assert.Throws<PermanentFailureException>(() => step.Run([Batch()], 0, 1e-3));

        Assert.Equal("out-of-memory", failure.Code);
        Assert.Contains("max_length", failure.Fix, StringComparison.Ordinal);
        Assert.Contains("one example of 9 tokens", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_failure_is_not_taken_for_want_of_memory()
    {
        using var tensors = Tensors();
        using var step = new TrainingStep(
            tensors, new ClassificationLoss(ProblemType.SingleLabelClassification, ["a", "b", "c"], s_arguments), new PrefixLoss(ProblemType.SingleLabelClassification, 0), s_arguments, null, _ => throw new LibtorchException("shapes do not fit"));

        Assert.Throws<LibtorchException>(() => step.Run([Batch()], 0, 1e-3));
        Assert.Equal(1, step.Divisor);
    }

    [Fact]
    public void Libtorchs_own_complaint_is_understood() =>
        Assert.True(OutOfMemory.Is(Assert.ThrowsAny<Exception>(() => empty(1L << 50, dtype: float32).Dispose())));

    private static TrainingStep Step(TrainingTensors tensors, int fitting, Action<string> warn) => new(
        tensors, new ClassificationLoss(ProblemType.SingleLabelClassification, ["a", "b", "c"], s_arguments), new PrefixLoss(ProblemType.SingleLabelClassification, 0), s_arguments, warn,
        batch => batch.InputIds.shape[0] > fitting
            ? throw new LibtorchException("CUDA out of memory. Tried to allocate 2.00 GiB.")
            : tensors.Model.ForwardRightPadded(batch.InputIds, batch.Lengths));

    private static TrainingTensors Tensors() => new(
        new GPT2ForSequenceClassification(
            new GPT2Config { VocabSize = 40, NPositions = 16, NEmbd = 16, NLayer = 2, NHead = 2, PadTokenId = 1, BosTokenId = 0, EosTokenId = 0, AttnPdrop = 0, EmbdPdrop = 0, ResidPdrop = 0 }.WithLabels(["a", "b", "c"]),
            seed: 3),
        s_arguments);

    private static Batch Batch()
    {
        var random = new Random(1);
        long[] ids = [.. s_lengths.SelectMany(length => Enumerable.Range(0, 9).Select(i => i < length ? (long)random.Next(2, 40) : 1))];
        return new Batch(s_lengths.Length, 9, ids, null, [.. s_lengths.Select(length => (long)length)], [.. s_lengths.Select((_, i) => new[] { i % 3 })]);
    }

    // What TorchSharp throws is the base class itself.
    private sealed class LibtorchException(string message) : ExternalException(message);
}
