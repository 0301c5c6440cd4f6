using Microsoft.ML.OnnxRuntime;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class OnnxExporterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose() => File.Delete(_path);

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Each_text_alone_gives_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCheckpoint.Require(name);
        using var session = Export(GPT2ForSequenceClassification.FromPretrained(golden.Directory));
        for (int row = 0; row < golden.InputIds.Length; row++)
        {
            var ids = tensor(golden.InputIds[row]).unsqueeze(0);
            golden.AssertLogits(Run(session, ids, ones_like(ids)), 1e-4, row);
        }
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void A_right_padded_batch_gives_the_reference_logits(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCheckpoint.Require(name);
        using var session = Export(GPT2ForSequenceClassification.FromPretrained(golden.Directory));
        var (ids, mask, _) = golden.Batch(Padding.Right);
        golden.AssertLogits(Run(session, ids, mask), 1e-4);
    }

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
        using var session = Export(model);
        Assert.Equal([3, 2], Run(session, ones(3, 4, int64), ones(3, 4, int64)).shape);
    }

    // Large weights, so that every part of the network shows in the logits.
    private static GPT2Config Small { get; } = new GPT2Config { VocabSize = 50, NPositions = 20, NEmbd = 24, NLayer = 3, NHead = 4, InitializerRange = 0.4 }.WithLabels(["no", "yes"]);

    private void AssertEqualsTorch(GPT2Config config)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var model = new GPT2ForSequenceClassification(config, seed: 1);
        model.eval();
        using var session = Export(model);
        long[] lengths = [20, 1, 13, 7];
        var ids = randint(config.VocabSize, [lengths.Length, config.NPositions], int64, generator: new Generator(2));
        var mask = arange(config.NPositions) < tensor(lengths).unsqueeze(1);
        foreach (var (i, m) in new[] { (ids, mask), (ids.narrow(1, 0, 1), mask.narrow(1, 0, 1)) })
        {
            var expected = model.forward(i, m);
            double worst = (expected - Run(session, i, m.to_type(int64))).abs().max().item<float>();
            Assert.True(worst <= 1e-4, $"logits differ by up to {worst:g3}");
        }
    }

    private InferenceSession Export(GPT2ForSequenceClassification model)
    {
        OnnxExporter.Export(model, _path);
        return new InferenceSession(_path);
    }

    private static Tensor Run(InferenceSession session, Tensor ids, Tensor mask)
    {
        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids.contiguous().data<long>().ToArray(), ids.shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask.contiguous().data<long>().ToArray(), mask.shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["input_ids", "attention_mask"], [idsValue, maskValue], ["logits"]);
        var logits = outputs[0];
        return tensor(logits.GetTensorDataAsSpan<float>().ToArray()).view(logits.GetTensorTypeAndShape().Shape);
    }
}
