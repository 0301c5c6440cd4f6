using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class OnnxExporterTests
{
    [Theory]
    [InlineData("gelu"), InlineData("gelu_new"), InlineData("gelu_fast"), InlineData("gelu_pytorch_tanh"), InlineData("quick_gelu")]
    [InlineData("relu"), InlineData("silu"), InlineData("swish"), InlineData("tanh")]
    public void Every_activation_gives_what_Torch_gives(string activation) =>
        AssertEqualsTorch(Small with { ActivationFunction = activation });

    [Theory, InlineData(true, true), InlineData(false, false), InlineData(false, true)]
    public void Every_scale_of_attention_gives_what_Torch_gives(bool byWidth, bool byLayer) =>
        AssertEqualsTorch(Small with { ScaleAttnWeights = byWidth, ScaleAttnByInverseLayerIdx = byLayer });

    [Fact]
    public void A_model_of_one_block_gives_what_Torch_gives() => AssertEqualsTorch(Small with { NLayer = 1 });

    [Fact]
    public void Weights_in_bf16_are_written_as_fp32()
    {
        using var scope = NewDisposeScope();
        var model = new GPT2ForSequenceClassification(Small, seed: 1);
        model.to(bfloat16);
        using var exported = new ExportedModel(model);
        Assert.Equal([3, 2], exported.Run(ones(3, 4, int64), ones(3, 4, int64)).shape);
    }

    [Fact]
    public void Tokens_with_gaps_between_them_give_what_Torch_gives()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var model = new GPT2ForSequenceClassification(Small, seed: 1);
        model.eval();
        using var exported = new ExportedModel(model);
        var ids = randint(50, [8, 20], int64, generator: new Generator(2));
        var mask = rand(8, 20, generator: new Generator(3)) < 0.5;
        AssertNear(model.forward(ids, mask), exported.Run(ids, mask), 1e-4);
    }

    // Large weights, so that every part of the network shows in the logits.
    private static GPT2Config Small { get; } = new GPT2Config { VocabSize = 50, NPositions = 20, NEmbd = 24, NLayer = 3, NHead = 4, InitializerRange = 0.4 }.WithLabels(["no", "yes"]);

    private static void AssertEqualsTorch(PretrainedConfig config)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
        model.eval();
        using var exported = new ExportedModel(model);
        long[] lengths = [config.MaxPositions, 1, 13, 7];
        var ids = randint(config.VocabSize, [lengths.Length, config.MaxPositions], int64, generator: new Generator(2));
        var mask = arange(config.MaxPositions) < tensor(lengths).unsqueeze(1);
        foreach (var (i, m) in new[] { (ids, mask), (ids.narrow(1, 0, 1), mask.narrow(1, 0, 1)) })
            AssertNear(model.forward(i, m), exported.Run(i, m), 1e-4);
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        double worst = (expected - actual).abs().max().item<float>();
        Assert.True(worst <= tolerance, $"logits differ by up to {worst:g3}, allowed is {tolerance:g3}");
    }
}
