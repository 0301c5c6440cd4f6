using System.Text.Json;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Layers;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Optimization;
using Pipeline.Modeling.Safetensors;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Pipeline.Modeling.Optimization.AdamW;
using F = TorchSharp.torch.nn.functional;

namespace Pipeline.Modeling.Tests.Lora;

public sealed class LoraTests : IDisposable
{
    private static readonly GPT2Config s_config = new GPT2Config { VocabSize = 30, NPositions = 16, NEmbd = 12, NLayer = 2, NHead = 3, InitializerRange = 0.2 }.WithLabels(["a", "b", "c"]);

    private readonly TemporaryFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, InlineData(true, false), InlineData(true, true), InlineData(false, false), InlineData(false, true)]
    public void A_projection_gives_W_x_plus_scaling_times_B_A_x_as_computed_by_hand(bool conv1D, bool rslora)
    {
        Projection projection = conv1D ? new Conv1D(3, 4) : new Linear(3, 4);
        manual_seed(1);
        Randomize(projection);
        var config = new LoraConfig { R = 2, LoraAlpha = 3, UseRslora = rslora };
        var adapter = new LoraAdapter(3, 4, config);
        Randomize(adapter.A, adapter.B);
        projection.Attach(adapter);
        var x = randn(5, 3);

        float[,] result = Values(projection.forward(x)), columns = Values(projection.Columns(x, 1, 2));

        float[,] input = Values(x), weight = Values(conv1D ? projection.weight.t() : projection.weight), a = Values(adapter.A.weight), b = Values(adapter.B.weight);
        float[] bias = projection.bias!.detach().data<float>().ToArray();
        double scaling = rslora ? 3 / Math.Sqrt(2) : 3.0 / 2;
        for (int row = 0; row < 5; row++)
        {
            for (int o = 0; o < 4; o++)
            {
                double expected = bias[o];
                for (int i = 0; i < 3; i++)
                {
                    expected += weight[o, i] * input[row, i];
                    for (int k = 0; k < 2; k++) expected += scaling * b[o, k] * a[k, i] * input[row, i];
                }
                Assert.Equal(expected, result[row, o], 1e-4);
                if (o is 1 or 2) Assert.Equal(expected, columns[row, o - 1], 1e-4);
            }
        }
    }

    [Fact]
    public void New_adapters_change_no_logit_and_their_spread_is_PEFTs()
    {
        var model = Model();
        var before = Logits(model);
        LoraModel.Attach(model, new LoraConfig { R = 64 }, seed: 3);

        Assert.Equal(before, Logits(model));
        var a = Parameter(model, "transformer.h.1.attn.c_attn.lora_A.weight");
        double bound = 1 / Math.Sqrt(12); // kaiming_uniform_(a=sqrt(5)) over 12 inputs
        Assert.InRange(a.abs().max().item<float>(), bound * 0.9, bound);
        Assert.InRange(a.mean().item<float>(), -0.05, 0.05);
        Assert.Equal(0, Parameter(model, "transformer.h.1.attn.c_attn.lora_B.weight").abs().max().item<float>());
    }

    [Fact]
    public void Only_adapters_and_the_head_get_gradients_and_optimizer_state()
    {
        var model = Model();
        LoraModel.Attach(model, new LoraConfig { R = 2, TargetModules = ["c_attn", "mlp.c_proj"] }, seed: 3);
        string[] expected =
        [
            "transformer.h.0.attn.c_attn.lora_A.weight", "transformer.h.0.attn.c_attn.lora_B.weight",
            "transformer.h.0.mlp.c_proj.lora_A.weight", "transformer.h.0.mlp.c_proj.lora_B.weight",
            "transformer.h.1.attn.c_attn.lora_A.weight", "transformer.h.1.attn.c_attn.lora_B.weight",
            "transformer.h.1.mlp.c_proj.lora_A.weight", "transformer.h.1.mlp.c_proj.lora_B.weight",
            "score.weight",
        ];

        Loss(model).backward();

        Assert.Equal(expected.Order(), model.named_parameters().Where(p => p.parameter.grad is not null).Select(p => p.name).Order());
        using var optimizer = new AdamW(model.named_parameters());
        Assert.Equal(expected.Order(), optimizer.State().Keys.Where(k => k.StartsWith("exp_avg.", StringComparison.Ordinal)).Select(k => k["exp_avg.".Length..]).Order());
    }

    [Fact]
    public void Training_moves_adapters_and_head_and_leaves_the_base_weights_as_they_were()
    {
        var model = Model();
        LoraModel.Attach(model, new LoraConfig { R = 2, LoraDropout = 0.1 }, seed: 3);
        var before = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());

        double first = Loss(model).item<float>(), last = Train(model, 60);

        Assert.True(last < first / 2, $"{first} to {last}");
        foreach (var (name, parameter) in model.named_parameters())
            Assert.Equal(parameter.requires_grad, !parameter.Equals(before[name]));
    }

    [Fact]
    public void What_is_saved_has_PEFTs_names_and_shapes_and_loads_to_the_same_logits()
    {
        var model = Model();
        var lora = LoraModel.Attach(model, new LoraConfig { R = 2, LoraAlpha = 4, BaseModelNameOrPath = "gpt2" }, seed: 3);
        Train(model, 10);
        lora.Save(_folder.Path);

        using var file = SafetensorsReader.Open(_folder.File("adapter_model.safetensors"));
        Dictionary<string, long[]> expected = new()
        {
            ["base_model.model.transformer.h.0.attn.c_attn.lora_A.weight"] = [2, 12],
            ["base_model.model.transformer.h.0.attn.c_attn.lora_B.weight"] = [36, 2],
            ["base_model.model.transformer.h.1.attn.c_attn.lora_A.weight"] = [2, 12],
            ["base_model.model.transformer.h.1.attn.c_attn.lora_B.weight"] = [36, 2],
            ["base_model.model.score.weight"] = [3, 12],
        };
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), file.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, t.Value.Shape.ToArray())));
        using var config = JsonDocument.Parse(File.ReadAllBytes(_folder.File("adapter_config.json")));
        var root = config.RootElement;
        Assert.Equal(("LORA", "SEQ_CLS", "gpt2", 2, 4.0, true), (Text("peft_type"), Text("task_type"), Text("base_model_name_or_path"), root.GetProperty("r").GetInt32(), root.GetProperty("lora_alpha").GetDouble(), root.GetProperty("fan_in_fan_out").GetBoolean()));
        Assert.Equal(["c_attn"], root.GetProperty("target_modules").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(["score"], root.GetProperty("modules_to_save").EnumerateArray().Select(e => e.GetString()));

        var again = Model();
        LoraModel.Load(again, _folder.Path);
        Assert.Equal(Logits(model), Logits(again));

        string? Text(string name) => root.GetProperty(name).GetString();
    }

    [Fact]
    public void Merged_weights_give_the_logits_of_the_adapters_and_the_base_models_names()
    {
        var model = Model();
        string[] names = [.. model.named_parameters().Select(p => p.name)];
        var lora = LoraModel.Attach(model, new LoraConfig { R = 3, TargetModules = ["c_attn", "c_proj", "c_fc"] }, seed: 3);
        Train(model, 20);
        float[] adapted = Logits(model);

        lora.Merge();

        Assert.Equal(names, model.named_parameters().Select(p => p.name));
        Assert.All(adapted.Zip(Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        model.SavePretrained(_folder.Path);
        var published = GPT2ForSequenceClassification.FromPretrained(_folder.Path);
        published.eval();
        Assert.All(adapted.Zip(Logits(published)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Frozen_matrices_in_bf16_take_half_the_memory_and_change_the_logits_little()
    {
        var model = Model();
        var lora = LoraModel.Attach(model, new LoraConfig { R = 2 }, seed: 3);
        Train(model, 20);
        float[] before = Logits(model);

        lora.HoldFrozenWeightsAs(bfloat16);

        Assert.All(before.Zip(Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
        Assert.All(model.modules().OfType<Projection>(), p => Assert.Equal(p.weight.requires_grad ? float32 : bfloat16, p.weight.dtype));
        Assert.All(model.named_parameters().Where(p => p.parameter.requires_grad), p => Assert.Equal(float32, p.parameter.dtype));
        double start = Loss(model).item<float>();
        Assert.True(Train(model, 20) < start);
        float[] trained = Logits(model);
        lora.Merge();
        Assert.All(model.parameters(), p => Assert.Equal(float32, p.dtype));
        Assert.All(trained.Zip(Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
    }

    [Fact]
    public void A_model_with_adapters_can_be_moved_and_stays_frozen()
    {
        var model = Model();
        LoraModel.Attach(model, new LoraConfig { R = 2 }, seed: 3);
        float[] before = Logits(model);
        string[] trained = [.. model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name)];

        model.to(float64); // as to another device: every tensor is made anew

        Assert.Equal(trained, model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name));
        using var grad = no_grad();
        Assert.All(before.Zip(model.ForwardRightPadded(Ids(), Lengths()).data<double>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData("""{"peft_type": "IA3"}""", "peft_type")]
    [InlineData("""{"peft_type": "LORA", "r": 0}""", "r is 0")]
    [InlineData("""{"peft_type": "LORA", "use_dora": true}""", "use_dora")]
    [InlineData("""{"peft_type": "LORA", "rank_pattern": {"c_attn": 4}}""", "rank_pattern")]
    [InlineData("""{"peft_type": "LORA", "bias": "all"}""", "bias")]
    [InlineData("""{"peft_type": "LORA", "target_modules": ["q_proj"]}""", "q_proj")]
    public void An_adapter_that_would_give_other_numbers_is_refused_with_the_field(string config, string named)
    {
        var trained = Model();
        LoraModel.Attach(trained, new LoraConfig(), 1).Save(_folder.Path);
        File.WriteAllText(_folder.File("adapter_config.json"), config);

        var error = Assert.Throws<InvalidDataException>(() => LoraModel.Load(Model(), _folder.Path));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_as_PEFT_writes_it_is_read()
    {
        LoraModel.Attach(Model(), new LoraConfig { R = 4 }, 1).Save(_folder.Path);
        File.WriteAllText(_folder.File("adapter_config.json"), """
            {
              "alpha_pattern": {}, "arrow_config": null, "auto_mapping": null, "base_model_name_or_path": "gpt2", "bias": "none", "corda_config": null,
              "ensure_weight_tying": false, "eva_config": null, "exclude_modules": null, "fan_in_fan_out": true, "inference_mode": true, "init_lora_weights": true,
              "layer_replication": null, "layers_pattern": null, "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 8, "lora_bias": false,
              "lora_dropout": 0.0, "megatron_config": null, "megatron_core": "megatron.core", "modules_to_save": ["classifier", "score"], "peft_type": "LORA",
              "r": 4, "rank_pattern": {}, "revision": null, "target_modules": ["c_attn"], "task_type": "SEQ_CLS", "trainable_token_indices": null,
              "use_dora": false, "use_qalora": false, "use_rslora": false
            }
            """);

        Assert.Equal(4, LoraModel.Load(Model(), _folder.Path).Config.R);
    }

    private static GPT2ForSequenceClassification Model()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        model.eval();
        return model;
    }

    private static double Train(GPT2ForSequenceClassification model, int steps)
    {
        manual_seed(5);
        model.train();
        using var optimizer = new AdamW(model.named_parameters(), new AdamWOptions { LearningRate = 2e-2 });
        double loss = 0;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var tensor = Loss(model);
            tensor.backward();
            optimizer.Step();
            loss = tensor.item<float>();
        }
        model.eval();
        return loss;
    }

    private static Tensor Loss(GPT2ForSequenceClassification model) => F.cross_entropy(model.ForwardRightPadded(Ids(), Lengths()), tensor(new long[] { 0, 1, 2 }));

    private static float[] Logits(GPT2ForSequenceClassification model)
    {
        using var grad = no_grad();
        return model.ForwardRightPadded(Ids(), Lengths()).data<float>().ToArray();
    }

    private static Tensor Ids() => arange(24, int64).view(3, 8) * 7 % s_config.VocabSize;

    private static Tensor Lengths() => tensor(new long[] { 8, 3, 5 });

    private static Tensor Parameter(nn.Module model, string name) => model.named_parameters().Single(p => p.name == name).parameter.detach();

    private static void Randomize(params nn.Module[] modules)
    {
        using var grad = no_grad();
        foreach (var parameter in modules.SelectMany(m => m.parameters())) parameter.normal_();
    }

    private static float[,] Values(Tensor tensor)
    {
        var values = new float[tensor.shape[0], tensor.shape[1]];
        Buffer.BlockCopy(tensor.detach().contiguous().data<float>().ToArray(), 0, values, 0, values.Length * sizeof(float));
        return values;
    }
}
