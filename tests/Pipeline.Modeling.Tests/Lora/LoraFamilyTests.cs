using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests.Lora;

/// <summary>What LoRA does to each family where nothing is named: PEFT's projections, PEFT's names.</summary>
public sealed class LoraFamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string[], string[]> Families => new()
    {
        { "gpt2", ["transformer.h.{0}.attn.c_attn"], ["score.weight"] },
        { "gpt_neo", ["transformer.h.{0}.attn.attention.q_proj", "transformer.h.{0}.attn.attention.v_proj"], ["score.weight"] },
        { "bert", ["bert.encoder.layer.{0}.attention.self.query", "bert.encoder.layer.{0}.attention.self.value"], ["classifier.weight", "classifier.bias"] },
        {
            "distilbert", ["distilbert.transformer.layer.{0}.attention.q_lin", "distilbert.transformer.layer.{0}.attention.v_lin"],
            ["pre_classifier.weight", "pre_classifier.bias", "classifier.weight", "classifier.bias"]
        },
        {
            "roberta", ["roberta.encoder.layer.{0}.attention.self.query", "roberta.encoder.layer.{0}.attention.self.value"],
            ["classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias"]
        },
    };

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Families))]
    public void Adapters_and_head_learn_are_saved_under_PEFTs_names_and_merge_to_the_same_logits(string family, string[] targets, string[] head)
    {
        var model = TinyModels.Create(family);
        var lora = LoraModel.Attach(model, new LoraConfig { R = 2, LoraAlpha = 4 }, seed: 3);
        string[] adapters = [.. targets.SelectMany(target => new[] { 0, 1 }.SelectMany(layer => new[] { "lora_A", "lora_B" }.Select(matrix => $"{string.Format(null, target, layer)}.{matrix}.weight")))];

        double first = Loss(model).item<float>();
        Train(model);

        Assert.True(Loss(model).item<float>() < first / 2);
        lora.Save(_folder.Path);
        using var saved = SafetensorsReader.Open(_folder.File("adapter_model.safetensors"));
        Assert.Equal(adapters.Concat(head).Select(name => "base_model.model." + name).Order(StringComparer.Ordinal), saved.Tensors.Keys.Order(StringComparer.Ordinal));

        float[] adapted = Logits(model);
        var again = TinyModels.Create(family);
        LoraModel.Load(again, _folder.Path);
        Assert.Equal(adapted, Logits(again));
        lora.Merge();
        Assert.All(adapted.Zip(Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Frozen_weights_in_bf16_train_as_well_in_every_family(string family)
    {
        var model = TinyModels.Create(family);
        var lora = LoraModel.Attach(model, new LoraConfig { R = 2 }, seed: 3);
        lora.HoldFrozenWeightsAs(bfloat16);

        double first = Loss(model).item<float>();
        Train(model);

        Assert.True(Loss(model).item<float>() < first / 2);
    }

    private static void Train(SequenceClassifier model)
    {
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions { LearningRate = 2e-2 });
        for (int step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            Loss(model).backward();
            optimizer.Step();
        }
    }

    private static Tensor Loss(SequenceClassifier model) => F.cross_entropy(model.ForwardRightPadded(Ids(), Lengths()).to_type(float32), tensor(new long[] { 0, 1, 2 }));

    private static float[] Logits(SequenceClassifier model)
    {
        using var grad = no_grad();
        return model.ForwardRightPadded(Ids(), Lengths()).data<float>().ToArray();
    }

    private static Tensor Ids() => arange(24, int64).view(3, 8) * 7 % 19;

    private static Tensor Lengths() => tensor(new long[] { 8, 3, 5 });
}
