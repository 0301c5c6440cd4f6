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
