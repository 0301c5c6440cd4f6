using System.Text.Json;
using Pipeline.Modeling.Gpt2;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class PretrainedTests : IDisposable
{
    private static readonly GPT2Config s_config = new GPT2Config { VocabSize = 30, NPositions = 16, NEmbd = 12, NLayer = 2, NHead = 3, PadTokenId = 29 }.WithLabels(["a", "b"]);

    private readonly TemporaryFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, InlineData("gpt2"), InlineData("gpt2-variant")]
    public void Loading_saving_and_loading_gives_every_tensor_byte_for_byte(string name)
    {
        var golden = GoldenCheckpoint.Require(name);
        GPT2ForSequenceClassification.FromPretrained(golden.Directory).SavePretrained(_folder.Path);
        using var before = SafetensorsReader.Open(Path.Combine(golden.Directory, "model.safetensors"));
        using var after = SafetensorsReader.Open(_folder.File("model.safetensors"));
        Assert.Equal(before.Tensors.Keys.Order(), after.Tensors.Keys.Order());
        foreach (string tensor in before.Tensors.Keys)
        {
            Assert.Equal(before.Tensors[tensor].Shape, after.Tensors[tensor].Shape);
            Assert.Equal(before.Read(tensor).bytes, after.Read(tensor).bytes);
        }
    }

    [Fact]
    public void A_saved_folder_has_the_layout_of_transformers()
    {
        new GPT2ForSequenceClassification(s_config, seed: 1).SavePretrained(_folder.Path);

        using var config = JsonDocument.Parse(File.ReadAllBytes(_folder.File("config.json")));
        Assert.Equal("gpt2", config.RootElement.GetProperty("model_type").GetString());
        Assert.Equal("GPT2ForSequenceClassification", config.RootElement.GetProperty("architectures")[0].GetString());
        Assert.Equal("b", config.RootElement.GetProperty("id2label").GetProperty("1").GetString());
        Assert.Equal(1, config.RootElement.GetProperty("label2id").GetProperty("b").GetInt32());
        using var file = SafetensorsReader.Open(_folder.File("model.safetensors"));
        Dictionary<string, long[]> expected = new()
        {
            ["transformer.wte.weight"] = [30, 12],
            ["transformer.wpe.weight"] = [16, 12],
            ["transformer.ln_f.weight"] = [12],
            ["transformer.ln_f.bias"] = [12],
            ["score.weight"] = [2, 12],
        };
        foreach (string block in new[] { "transformer.h.0.", "transformer.h.1." })
        {
            foreach (string norm in new[] { "ln_1", "ln_2" }) (expected[$"{block}{norm}.weight"], expected[$"{block}{norm}.bias"]) = ([12], [12]);
            (expected[block + "attn.c_attn.weight"], expected[block + "attn.c_attn.bias"]) = ([12, 36], [36]);
            (expected[block + "attn.c_proj.weight"], expected[block + "attn.c_proj.bias"]) = ([12, 12], [12]);
            (expected[block + "mlp.c_fc.weight"], expected[block + "mlp.c_fc.bias"]) = ([12, 48], [48]);
            (expected[block + "mlp.c_proj.weight"], expected[block + "mlp.c_proj.bias"]) = ([48, 12], [12]);
        }
        Assert.Equal(expected.Keys.Order(), file.Tensors.Keys.Order());
        foreach (var (name, shape) in expected) Assert.Equal(shape, file.Tensors[name].Shape);
        Assert.All(file.Tensors.Values, t => Assert.Equal("F32", t.Dtype));
    }

    [Fact]
    public void The_original_checkpoint_without_prefix_loads_and_its_buffers_and_language_head_are_left_out()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        var tensors = model.state_dict().Where(t => t.Key != "score.weight").ToDictionary(t => t.Key.Replace("transformer.", "", StringComparison.Ordinal), t => t.Value);
        tensors["lm_head.weight"] = zeros(30, 12);
        tensors["h.0.attn.bias"] = ones(1, 1, 16, 16).tril();
        tensors["h.0.attn.masked_bias"] = tensor(-1e4f);
        Save(s_config with { Id2Label = null, Label2Id = null }, tensors);

        var loaded = GPT2ForSequenceClassification.FromPretrained(_folder.Path, new PretrainedOptions { Labels = ["x", "y", "z"] });

        Assert.Equal(["x", "y", "z"], loaded.Labels);
        Assert.Equal([3, 12], loaded.score.weight!.shape);
        foreach (var (name, tensor) in model.state_dict().Where(t => t.Key != "score.weight")) Assert.True(tensor.Equals(loaded.state_dict()[name]), name);
    }

    [Fact]
    public void A_head_of_another_size_is_replaced_by_a_seeded_one()
    {
        Save(s_config);
        var options = new PretrainedOptions { Labels = ["x", "y", "z"], Seed = 5 };
        var (first, second) = (GPT2ForSequenceClassification.FromPretrained(_folder.Path, options), GPT2ForSequenceClassification.FromPretrained(_folder.Path, options));
        Assert.True(first.score.weight!.Equals(second.score.weight!));
        Assert.InRange(first.score.weight!.std().item<float>(), 0.01, 0.03);
    }

    [Fact]
    public void A_larger_vocabulary_gets_rows_at_the_mean_of_the_old_ones()
    {
        var model = Save(s_config);
        var loaded = GPT2ForSequenceClassification.FromPretrained(_folder.Path, new PretrainedOptions { VocabularySize = 33, PadTokenId = 32, Dropout = 0 });
        Assert.Equal((33, 32, 0.0), (loaded.Config.VocabSize, loaded.Config.PadTokenId, ((GPT2Config)loaded.Config).AttnPdrop));
        var (old, resized) = (model.transformer.wte.weight, loaded.transformer.wte.weight);
        Assert.True(old.Equals(resized.narrow(0, 0, 30)));
        for (int row = 30; row < 33; row++) Assert.True(resized[row].allclose(old.mean([0]), atol: 1e-6));
    }

    [Fact]
    public void A_sharded_checkpoint_loads_as_a_whole_one_does()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        var shards = model.state_dict().Chunk(7).Index().Select(s => (File: $"model-{s.Index}.safetensors", Tensors: s.Item)).ToList();
        foreach (var (file, tensors) in shards) SafetensorsWriter.Write(_folder.File(file), tensors);
        var map = shards.SelectMany(s => s.Tensors.Select(t => (t.Key, s.File))).ToDictionary(t => t.Key, t => t.File);
        File.WriteAllText(_folder.File("model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        s_config.Save(_folder.File("config.json"));

        var loaded = GPT2ForSequenceClassification.FromPretrained(_folder.Path);

        foreach (var (name, tensor) in model.state_dict()) Assert.True(tensor.Equals(loaded.state_dict()[name]), name);
    }

    [Theory, InlineData("../secret.safetensors"), InlineData("/etc/passwd"), InlineData("missing.safetensors")]
    public void An_index_that_points_outside_the_folder_or_to_nothing_is_refused(string shard)
    {
        s_config.Save(_folder.File("config.json"));
        File.WriteAllText(_folder.File("model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = new Dictionary<string, string> { ["x"] = shard } }));
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains(shard, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_is_refused_with_the_way_to_convert_it()
    {
        s_config.Save(_folder.File("config.json"));
        File.WriteAllText(_folder.File("pytorch_model.bin"), "");
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains("safe_serialization=True", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_weight_is_named()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        // Under another name, so that the file holds as many weights as it should.
        Save(s_config, model.state_dict().Select(t => t.Key == "transformer.h.1.mlp.c_fc.weight" ? new("other", t.Value) : t));
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains("transformer.h.1.mlp.c_fc.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_of_a_far_larger_model_is_refused_before_memory_is_taken_for_it()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        Save(s_config with { NEmbd = 999_999, NLayer = 10_000 }, model.state_dict());
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains("do not belong together", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_without_a_size_is_refused()
    {
        var model = new GPT2ForSequenceClassification(s_config, seed: 1);
        Save(s_config with { Id2Label = null, Label2Id = null }, model.state_dict().Select(t => t.Key == "score.weight" ? new(t.Key, zeros(2_000_000_000, 0)) : t));
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains("score.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_configuration_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => GPT2ForSequenceClassification.FromPretrained(_folder.Path));
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("activation_function", "\"gelu_magic\"")]
    [InlineData("model_type", "\"gptj\"")]
    [InlineData("n_head", "5")]
    [InlineData("n_layer", "0")]
    [InlineData("n_embd", "-12")]
    [InlineData("attn_pdrop", "1.5")]
    [InlineData("pad_token_id", "30")]
    [InlineData("add_cross_attention", "true")]
    [InlineData("quantization_config", "{\"bits\":4}")]
    [InlineData("pruned_heads", "{\"0\":[1]}")]
    [InlineData("id2label", "{\"0\":\"a\",\"2\":\"b\"}")]
    public void A_field_that_is_not_supported_is_named(string field, string value)
    {
        s_config.Save(_folder.File("config.json"));
        var config = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllBytes(_folder.File("config.json")))!;
        config[field] = JsonDocument.Parse(value).RootElement;
        File.WriteAllText(_folder.File("config.json"), JsonSerializer.Serialize(config));
        var error = Assert.Throws<InvalidDataException>(() => GPT2Config.Load(_folder.File("config.json")));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_are_not_known_are_kept()
    {
        File.WriteAllText(_folder.File("config.json"), """{"model_type":"gpt2","task_specific_params":{"text-generation":{"max_length":50}}}""");
        GPT2Config.Load(_folder.File("config.json")).Save(_folder.File("again.json"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("again.json")));
        Assert.Equal(50, json.RootElement.GetProperty("task_specific_params").GetProperty("text-generation").GetProperty("max_length").GetInt32());
    }

    private GPT2ForSequenceClassification Save(GPT2Config config)
    {
        var model = new GPT2ForSequenceClassification(config, seed: 1);
        model.SavePretrained(_folder.Path);
        return model;
    }

    private void Save(GPT2Config config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        config.Save(_folder.File("config.json"));
        SafetensorsWriter.Write(_folder.File("model.safetensors"), tensors);
    }
}
