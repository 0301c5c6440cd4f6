using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Tests.Reference;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests;

/// <summary>Every family against <see cref="ReferenceModel"/>, which computes in plain fp64 by formulas written out.</summary>
public sealed class ReferenceTests : IDisposable
{
    private static readonly long[][] s_texts = [[3, 5, 7, 11, 2, 4, 6, 8, 10, 12, 14, 16], [9], [7, 7, 3, 15, 5], [2, 17, 13, 4, 4, 9, 18, 5]];
    private static readonly long[][] s_types = [[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [0], [0, 1, 1, 0, 1], [1, 1, 1, 1, 0, 0, 0, 0]];
    private static readonly long[] s_labels = [0, 1, 2, 1];

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory, MemberData(nameof(GoldenCheckpoint.Names), MemberType = typeof(GoldenCheckpoint))]
    public void The_reference_itself_gives_the_golden_logits(string name)
    {
        var golden = GoldenCheckpoint.Require(name);
        var model = AutoModelForSequenceClassification.FromPretrained(golden.Directory);
        var reference = new ReferenceModel(model.Config, model.state_dict());
        for (int row = 0; row < golden.InputIds.Length; row++)
        {
            double[] logits = [.. reference.Forward(golden.InputIds[row]).Data.Cast<double>()];
            golden.AssertLogits(tensor(logits).view(1, -1), 1e-6, row);
        }
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Logits_equal_the_reference_s_alone_and_padded_on_either_side(string family)
    {
        var model = TinyModels.Create(family);
        model.eval();
        var reference = new ReferenceModel(model.Config, model.state_dict());
        bool typed = family == "bert";
        double[] expected = [.. s_texts.Zip(s_types).SelectMany(t => reference.Forward(t.First, typed ? t.Second : null).Data.Cast<double>())];

        double[] alone = [.. s_texts.Zip(s_types).SelectMany(t => Values(model.forward(tensor(t.First).unsqueeze(0), ones(1, t.First.Length, int64), typed ? tensor(t.Second).unsqueeze(0) : null)))];
        AssertClose(expected, alone, 2e-5);
        foreach (var side in Enum.GetValues<Padding>())
        {
            var (ids, mask, types) = Batch(side, model.Config.PadTokenId!.Value);
            AssertClose(expected, Values(model.forward(ids, mask, typed ? types : null)), 2e-5);
        }
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_training_step_equals_the_reference_s_forward_backward_and_AdamW(string family)
    {
        var model = TinyModels.Create(family);
        model.train();
        var reference = new ReferenceModel(model.Config, model.state_dict());
        var options = new AdamWOptions { LearningRate = 1e-2, Epsilon = 1e-3, WeightDecay = 0.1 };
        const double maxNorm = 0.5;

        var (ids, mask, types) = Batch(Padding.Right, model.Config.PadTokenId!.Value);
        bool typed = family == "bert";
        using var optimizer = new AdamW(model.named_parameters(), options);
        var loss = F.cross_entropy(model.ForwardRightPadded(ids, mask.sum(1), typed ? types : null), tensor(s_labels));
        loss.backward();
        var gradients = model.named_parameters().ToDictionary(p => p.name, p => Values(p.parameter.grad!));
        optimizer.Step(maxNorm);

        Assert.Equal(ReferenceStep.LossAndGradients(reference, s_texts, typed ? s_types : null, s_labels), loss.item<float>(), 1e-5);
        foreach (var (name, value) in reference.Weights) AssertClose([.. value.Gradient.Cast<double>()], gradients[name], 1e-5, name);
        ReferenceStep.AdamW(reference, options, maxNorm, decays: name => model.state_dict()[name].dim() > 1);
        foreach (var (name, parameter) in model.named_parameters()) AssertClose([.. reference.Weights[name].Data.Cast<double>()], Values(parameter), 2e-6, name);
    }

    [Theory]
    [InlineData("gelu"), InlineData("gelu_new"), InlineData("gelu_fast"), InlineData("gelu_pytorch_tanh"), InlineData("quick_gelu")]
    [InlineData("relu"), InlineData("silu"), InlineData("swish"), InlineData("tanh")]
    public void Every_activation_gives_the_reference_s_logits(string activation)
    {
        var config = (Gpt2.GPT2Config)TinyModels.Config("gpt2") with { ActivationFunction = activation };
        var model = new Gpt2.GPT2ForSequenceClassification(config, seed: 1);
        var reference = new ReferenceModel(config, model.state_dict());
        AssertClose([.. reference.Forward(s_texts[0]).Data.Cast<double>()], Values(model.forward(tensor(s_texts[0]).unsqueeze(0), ones(1, 12, int64))), 2e-5);
    }

    [Fact]
    public void A_padding_token_inside_a_RoBERTa_text_has_the_position_that_transformers_gives_it()
    {
        var model = TinyModels.Create("roberta");
        var reference = new ReferenceModel(model.Config, model.state_dict());
        long[] text = [3, 1, 5, 7, 1, 9];
        AssertClose([.. reference.Forward(text).Data.Cast<double>()], Values(model.forward(tensor(text).unsqueeze(0), ones(1, 6, int64))), 2e-5);
    }

    [Fact]
    public void Fixed_position_vectors_are_sines_and_cosines_and_are_not_trained()
    {
        var config = (DistilBert.DistilBertConfig)TinyModels.Config("distilbert") with { SinusoidalPosEmbds = true };
        var table = new DistilBert.DistilBertForSequenceClassification(config, seed: 1).named_parameters().Single(p => p.name == "distilbert.embeddings.position_embeddings.weight").parameter;
        Assert.False(table.requires_grad);
        for (int place = 0; place < 8; place++)
        {
            double angle = 5 / Math.Pow(10_000, 2.0 * (place / 2) / 8);
            Assert.Equal(place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle), table[5, place].item<float>(), 1e-6);
        }
    }

    private static (Tensor Ids, Tensor Mask, Tensor Types) Batch(Padding side, long pad)
    {
        var texts = new GoldenCheckpoint("", (int)pad, s_texts, []);
        var (ids, mask, _) = texts.Batch(side);
        return (ids, mask, new GoldenCheckpoint("", 0, s_types, []).Batch(side).InputIds);
    }

    private static double[] Values(Tensor tensor) => tensor.detach().to_type(float64).contiguous().data<double>().ToArray();

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what = "logits")
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(d => double.IsNaN(d) ? double.PositiveInfinity : d);
        Assert.True(worst <= tolerance, $"{what} differ by up to {worst:g3}, allowed is {tolerance:g3}");
    }
}
