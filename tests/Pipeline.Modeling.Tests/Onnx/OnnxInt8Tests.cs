using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core;
using Pipeline.Modeling.Bert;
using Pipeline.Modeling.DistilBert;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.GptNeo;
using Pipeline.Modeling.Onnx;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Roberta;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests;

public sealed class OnnxInt8Tests
{
    private const int Vocabulary = 50, Sequence = 24;

    public static TheoryData<string> Families => new(Configs.Keys);

    [Theory, MemberData(nameof(Families))]
    public void A_trained_model_says_the_same_in_int8_wherever_the_padding_stands(string family)
    {
        using var scope = NewDisposeScope();
        var model = Trained(Configs[family]);
        using var full = new ExportedModel(model);
        using var int8 = new ExportedModel(model, OnnxPrecision.Int8);
        var (ids, mask, labels) = Texts(1_000, seed: 99);
        var (expected, actual) = (full.Run(ids, mask), int8.Run(ids, mask));

        double accuracy = Share(expected.argmax(1), labels);
        Assert.True(accuracy > 0.85, $"the toy model is right in {accuracy:p1} of the texts; it must have learned something to be a test");
        double agreement = Share(expected.argmax(1), actual.argmax(1));
        Assert.True(agreement >= 0.98, $"the same label in {agreement:p1} of the texts");
        double error = ((expected - actual).pow(2).mean() / expected.var(unbiased: false)).sqrt().item<float>();
        Assert.True(error <= 0.05, $"logits differ by {error:p1} of their spread");
        var filler = zeros(1_000, 4, int64);
        var shifted = int8.Run(cat([filler, ids], 1), cat([filler, mask], 1));
        Assert.True(Share(actual.argmax(1), shifted.argmax(1)) >= 0.98, "padding on the left changes the labels");
    }

    [Fact]
    public void In_int8_a_model_is_about_a_quarter_as_large()
    {
        using var scope = NewDisposeScope();
        var config = new GPT2Config { VocabSize = 2_000, NPositions = 16, NEmbd = 128, NLayer = 3, NHead = 4 }.WithLabels(["no", "yes"]);
        var model = new GPT2ForSequenceClassification(config, seed: 1);
        using var full = new ExportedModel(model);
        using var int8 = new ExportedModel(model, OnnxPrecision.Int8);
        double ratio = int8.Bytes / (double)full.Bytes;
        Assert.InRange(ratio, 0.24, 0.30);
    }

    [Fact]
    public void Sums_of_large_products_do_not_saturate_on_this_processor()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraph();
        // 255 × 127 twice is more than 16 bits hold; 0 is in the table so that 1 becomes 255.
        string x = graph.Node("Gather", [graph.Weight("rows", tensor(new float[] { 0, 1 }).unsqueeze(1).expand(2, 64)), graph.Input("ids", "batch")]);
        string[] weight = [graph.Weight("weight", full(64, 8, 127, dtype: ScalarType.Int8)), graph.Weight("scale", ones(8))];
        graph.Output("logits", graph.Node("DynamicQuantizeMatMul", OnnxGraph.Microsoft, [x, .. weight]), "batch", 8);
        graph.Save(folder.File("model.onnx"), "test");

        using var options = new SessionOptions();
        options.AddSessionConfigEntry(Int8Processor.QuantPrecisionSetting, Int8Processor.QuantPrecision);
        using var session = new InferenceSession(folder.File("model.onnx"), options);
        using var ids = OrtValue.CreateTensorValueFromMemory(new long[] { 0, 1 }, [2]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["ids"], [ids], ["logits"]);
        float[] expected = [.. Enumerable.Repeat(0f, 8), .. Enumerable.Repeat(64f * 127, 8)];
        Assert.Equal(expected, outputs[0].GetTensorDataAsSpan<float>().ToArray().Select(v => MathF.Round(v)));
    }

    private static Dictionary<string, PretrainedConfig> Configs { get; } = new()
    {
        ["gpt2"] = new GPT2Config { VocabSize = Vocabulary, NPositions = 32, NEmbd = 36, NLayer = 2, NHead = 3 }.WithLabels(["no", "yes"]),
        ["gpt_neo"] = new GPTNeoConfig { VocabSize = Vocabulary, MaxPositionEmbeddings = 32, HiddenSize = 36, NumLayers = 2, NumHeads = 3, WindowSize = 5, AttentionTypes = Attention("""[[["global", "local"], 1]]""") }.WithLabels(["no", "yes"]),
        ["bert"] = new BertConfig { VocabSize = Vocabulary, MaxPositionEmbeddings = 32, HiddenSize = 36, NumHiddenLayers = 2, NumAttentionHeads = 3, IntermediateSize = 90 }.WithLabels(["no", "yes"]),
        ["roberta"] = new RobertaConfig { VocabSize = Vocabulary, MaxPositionEmbeddings = 34, HiddenSize = 36, NumHiddenLayers = 2, NumAttentionHeads = 3, IntermediateSize = 90 }.WithLabels(["no", "yes"]),
        ["distilbert"] = new DistilBertConfig { VocabSize = Vocabulary, MaxPositionEmbeddings = 32, Dim = 36, NLayers = 2, NHeads = 3, HiddenDim = 90 }.WithLabels(["no", "yes"]),
    };

    private static JsonElement Attention(string json) => JsonDocument.Parse(json).RootElement;

    private static SequenceClassifier Trained(PretrainedConfig config)
    {
        var model = AutoModelForSequenceClassification.FromConfig(config.WithDropout(0), seed: 1);
        model.train();
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions());
        const int steps = 200;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            // Falls to zero, so that the model does not end on a step that happens to be a bad one.
            optimizer.LearningRate = 3e-3 * (steps - step) / steps;
            var (ids, mask, labels) = Texts(48, seed: 1_000 + step);
            F.cross_entropy(model.forward(ids, mask), labels).backward();
            optimizer.Step(maxGradientNorm: 1);
        }

        model.eval();
        return model;
    }

    /// <summary>Texts of 8 to 24 tokens; the label is whether more of them are from the lower half of the vocabulary.</summary>
    private static (Tensor Ids, Tensor Mask, Tensor Labels) Texts(int count, int seed)
    {
        using var generator = new Generator((ulong)seed);
        var ids = randint(2, Vocabulary, [count, Sequence], int64, generator: generator);
        var mask = (arange(Sequence) < randint(8, Sequence + 1, [count, 1], int64, generator: generator)).to_type(int64);
        var lower = ((ids < Vocabulary / 2).to_type(int64) * mask).sum(1);
        return (ids * mask, mask, (lower * 2 > mask.sum(1)).to_type(int64));
    }

    private static double Share(Tensor a, Tensor b) => (a == b).to_type(float64).mean().item<double>();
}
