using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class NewWeightsTests
{
    private static readonly GPT2Config s_config = new GPT2Config { VocabSize = 20, NPositions = 12, NEmbd = 8, NLayer = 2, NHead = 2, InitializerRange = 0.3 }.WithLabels(["a", "b", "c"]);

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
}
