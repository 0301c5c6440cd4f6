using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests;

/// <summary>The optimizer of GPUs, on tensors of the CPU.</summary>
public sealed class FlatAdamWTests
{
    private static readonly AdamWOptions s_options = new() { LearningRate = 1e-2, WeightDecay = 0.1 };

    [Theory, InlineData(false), InlineData(true)]
    public void It_takes_the_steps_that_AdamW_takes_with_and_without_scaled_losses(bool scaled)
    {
        using var scope = NewDisposeScope();
        var (expected, model) = (Model(), Model());
        using var reference = new AdamW(expected.named_parameters(), s_options);
        using var flat = new FlatAdamW(model.named_parameters(), s_options) { ScalesLoss = scaled };
        for (int step = 0; step < 5; step++)
        {
            Loss(expected, step).backward();
            flat.Scale(Loss(model, step)).backward();
            double norm = reference.Step(maxGradientNorm: 0.5);
            Assert.Equal(norm, flat.Update(0.5)(), tolerance: 1e-4 * norm);
        }

        // The bias of a key has no gradient but rounding, of which Adam makes whole steps.
        foreach (var ((name, a), (_, b)) in expected.named_parameters().Zip(model.named_parameters()).Where(p => !p.First.name.EndsWith("c_attn.bias", StringComparison.Ordinal)))
            Assert.True(allclose(a, b, rtol: 1e-3, atol: 2e-5), $"{name}: {(a - b).abs().max().item<float>()}");
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_neither_weights_nor_moments_and_halves_the_scale()
    {
        using var scope = NewDisposeScope();
        var model = Model();
        using var scaler = new LossScaler(CPU);
        using var flat = new FlatAdamW(model.named_parameters(), s_options, scaler) { ScalesLoss = true };
        foreach (float spoiler in new[] { float.PositiveInfinity, float.NaN })
        {
            flat.Scale(Loss(model, 0)).backward();
            flat.Update(1);
            var before = Values(model, flat);
            float scale = scaler.Factor.item<float>();

            (flat.Scale(Loss(model, 1)) * spoiler).backward();
            Assert.False(double.IsFinite(flat.Update(1)()));

            Assert.Equal(before, Values(model, flat));
            Assert.Equal(scale / 2, scaler.Factor.item<float>());
        }
    }

    [Fact]
    public void The_first_step_may_be_the_one_that_does_not_count()
    {
        using var scope = NewDisposeScope();
        var model = Model();
        using var flat = new FlatAdamW(model.named_parameters(), s_options) { ScalesLoss = true };
        (Loss(model, 0) * float.PositiveInfinity).backward();
        flat.Update(1);

        Assert.All(Values(model, flat), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void The_scale_doubles_after_so_many_steps_without_overflow_and_an_overflow_starts_the_count_anew()
    {
        using var scope = NewDisposeScope();
        using var scaler = new LossScaler(CPU, growthInterval: 3);
        var seen = new[] { 1, 1, 0, 1, 1, 1, 1 }.Select(ok =>
        {
            scaler.Update(tensor((float)ok));
            return scaler.Factor.item<float>();
        });

        Assert.Equal([65_536, 65_536, 32_768, 32_768, 32_768, 65_536, 65_536], seen);
    }

    [Fact]
    public void From_a_checkpoint_it_goes_on_bit_for_bit_scale_included()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = Model();
        using var flat = new FlatAdamW(model.named_parameters(), s_options) { ScalesLoss = true };
        Step(model, flat, 0);
        (flat.Scale(Loss(model, 1)) * float.NaN).backward();
        flat.Update(1);
        SafetensorsWriter.Write(folder.File("state"), flat.State().ToDictionary());
        var copy = Model();
        using (no_grad())
        {
            foreach (var ((_, a), (_, b)) in model.named_parameters().Zip(copy.named_parameters())) b.copy_(a);
        }
        using var other = new FlatAdamW(copy.named_parameters(), s_options) { ScalesLoss = true };
        using (var saved = SafetensorsReader.Open(folder.File("state"))) other.LoadState(saved);

        Step(model, flat, 2);
        Step(copy, other, 2);

        Assert.Equal(Values(model, flat), Values(copy, other));
    }

    private static void Step(SequenceClassifier model, FlatAdamW optimizer, int step)
    {
        optimizer.Scale(Loss(model, step)).backward();
        optimizer.Update(1);
    }

    private static float[] Values(SequenceClassifier model, FlatAdamW optimizer) =>
        [.. model.parameters().Concat(optimizer.State().Where(t => t.Key.StartsWith("exp_avg", StringComparison.Ordinal)).Select(t => t.Value)).SelectMany(t => t.detach().contiguous().data<float>().ToArray())];

    private static SequenceClassifier Model()
    {
        var model = AutoModelForSequenceClassification.FromConfig(TinyModels.Config("gpt2").WithDropout(0), seed: 1);
        model.train();
        return model;
    }

    private static Tensor Loss(SequenceClassifier model, int step)
    {
        var ids = (arange(24, int64).view(4, 6) * 7 + step) % model.Config.VocabSize;
        return F.cross_entropy(model.ForwardRightPadded(ids, tensor(new long[] { 6, 2, 4, 6 })), tensor(new long[] { 0, 1, 2, 1 }));
    }
}
