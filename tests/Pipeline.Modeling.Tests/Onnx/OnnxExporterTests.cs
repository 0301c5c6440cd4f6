using System.Text.Json;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Roberta;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

/// <summary>Graphs against Torch, on random weights of odd sizes.</summary>
public sealed class OnnxExporterTests
{
    // Large weights, so that every part of the network shows in the logits.
    private const double Deviation = 0.4;

    private static GPT2Config Gpt2 { get; } = Labelled(new GPT2Config { VocabSize = 50, NPositions = 20, NEmbd = 24, NLayer = 3, NHead = 4, InitializerRange = Deviation });

    private static GPTNeoConfig GptNeo { get; } = Labelled(new GPTNeoConfig
    {
        VocabSize = 51, MaxPositionEmbeddings = 21, HiddenSize = 21, NumLayers = 4, NumHeads = 3, IntermediateSize = 37, WindowSize = 4,
        AttentionTypes = Json("""[[["global", "local"], 2]]"""), InitializerRange = Deviation,
    });

    private static BertConfig Bert { get; } = Labelled(new BertConfig { VocabSize = 53, MaxPositionEmbeddings = 19, HiddenSize = 35, NumHiddenLayers = 3, NumAttentionHeads = 5, IntermediateSize = 41, InitializerRange = Deviation });

    private static RobertaConfig Roberta { get; } = Labelled(new RobertaConfig { VocabSize = 47, MaxPositionEmbeddings = 22, HiddenSize = 22, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 29, InitializerRange = Deviation });

    private static DistilBertConfig DistilBert { get; } = Labelled(new DistilBertConfig { VocabSize = 43, MaxPositionEmbeddings = 18, Dim = 27, NLayers = 2, NHeads = 3, HiddenDim = 31, InitializerRange = Deviation });

    [Theory]
    [InlineData("gelu"), InlineData("gelu_new"), InlineData("gelu_fast"), InlineData("gelu_pytorch_tanh"), InlineData("quick_gelu")]
    [InlineData("relu"), InlineData("silu"), InlineData("swish"), InlineData("tanh")]
    public void Every_activation_gives_what_Torch_gives(string activation) =>
        AssertEqualsTorch(Gpt2 with { ActivationFunction = activation });

    [Theory, InlineData(true, true), InlineData(false, false), InlineData(false, true)]
    public void Every_scale_of_attention_gives_what_Torch_gives(bool byWidth, bool byLayer) =>
        AssertEqualsTorch(Gpt2 with { ScaleAttnWeights = byWidth, ScaleAttnByInverseLayerIdx = byLayer });

    [Fact]
    public void A_model_of_one_block_gives_what_Torch_gives()
    {
        AssertEqualsTorch(Gpt2 with { NLayer = 1 });
        AssertEqualsTorch(Bert with { NumHiddenLayers = 1 });
    }

    [Theory, InlineData(1), InlineData(4), InlineData(21), InlineData(100)]
    public void A_window_of_any_size_gives_what_Torch_gives(int window) => AssertEqualsTorch(GptNeo with { WindowSize = window });

    [Fact]
    public void A_last_block_without_a_window_gives_what_Torch_gives() =>
        AssertEqualsTorch(GptNeo with { AttentionTypes = Json("""[[["local", "global"], 2]]""") });

    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void Token_types_give_what_Torch_gives(int types) => AssertEqualsTorch(Bert with { TypeVocabSize = types });

    [Fact]
    public void RoBERTa_gives_what_Torch_gives_with_its_padding_token_inside_a_text() => AssertEqualsTorch(Roberta);

    [Fact]
    public void DistilBERT_gives_what_Torch_gives() => AssertEqualsTorch(DistilBert);

    [Fact]
    public void Only_BERT_asks_for_token_types()
    {
        Assert.Equal(["input_ids", "attention_mask", "token_type_ids"], Inputs(Bert));
        foreach (PretrainedConfig config in new PretrainedConfig[] { Gpt2, GptNeo, Roberta, DistilBert, Bert with { TypeVocabSize = 1 } })
            Assert.Equal(["input_ids", "attention_mask"], Inputs(config));
    }

    [Fact]
    public void Weights_in_bf16_are_written_as_fp32()
    {
        using var scope = NewDisposeScope();
        foreach (PretrainedConfig config in new PretrainedConfig[] { Gpt2, GptNeo, Bert })
        {
            var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
            model.to(bfloat16);
            using var exported = new ExportedModel(model);
            Assert.Equal([3, 2], exported.Run(ones(3, 4, int64), ones(3, 4, int64)).shape);
        }
    }

    [Fact]
    public void Adapters_are_refused_until_they_are_merged()
    {
        using var scope = NewDisposeScope();
        var model = AutoModelForSequenceClassification.FromConfig(Gpt2, seed: 1);
        var lora = LoraModel.Attach(model, new LoraConfig(), seed: 1);
        Assert.Contains("merge", Assert.Throws<InvalidOperationException>(() => new ExportedModel(model)).Message);
        lora.Merge();
        new ExportedModel(model).Dispose();
    }

    private static void AssertEqualsTorch(PretrainedConfig config)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var model = AutoModelForSequenceClassification.FromConfig(config, seed: 1);
        // Biases and norms are zeros and ones in a new model, which would hide them.
        foreach (var (_, parameter) in model.named_parameters().Where(p => p.parameter.dim() == 1)) parameter.add_(rand_like(parameter) - 0.5);
        model.eval();
        using var exported = new ExportedModel(model);
        int length = config.MaxPositions;
        var ids = randint(config.VocabSize, [6, length], int64, generator: new Generator(2));
        var types = config is BertConfig { TypeVocabSize: var count } ? randint(count, [6, length], int64, generator: new Generator(4)) : null;
        var right = arange(length) < tensor(new long[] { length, 1, 13, 7, 0, 2 }).unsqueeze(1);
        var gaps = rand(6, length, generator: new Generator(3)) < 0.5;
        // A window is counted in places, so that with gaps in a text it is another in each of the two.
        foreach (var mask in config is GPTNeoConfig ? new[] { right, right.flip(1) } : [right, right.flip(1), gaps])
            AssertNear(model.forward(ids, mask, types), exported.Run(ids, mask, types));
        var one = right.narrow(1, 0, 1);
        AssertNear(model.forward(ids.narrow(1, 0, 1), one, types?.narrow(1, 0, 1)), exported.Run(ids.narrow(1, 0, 1), one, types?.narrow(1, 0, 1)));
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        double worst = (expected - actual).abs().max().item<float>();
        Assert.True(worst <= 1e-4, $"logits differ by up to {worst:g3}");
    }

    private static IReadOnlyList<string> Inputs(PretrainedConfig config)
    {
        using var scope = NewDisposeScope();
        using var exported = new ExportedModel(AutoModelForSequenceClassification.FromConfig(config, seed: 1));
        return exported.Inputs;
    }

    private static T Labelled<T>(T config) where T : PretrainedConfig => config.WithLabels(["no", "yes"]);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
