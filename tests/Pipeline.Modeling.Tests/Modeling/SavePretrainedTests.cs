using System.Text.Json;
using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

public sealed class SavePretrainedTests : IDisposable
{
    private static readonly Dictionary<string, string> s_classes = new()
    {
        ["gpt2"] = "GPT2ForSequenceClassification",
        ["gpt_neo"] = "GPTNeoForSequenceClassification",
        ["bert"] = "BertForSequenceClassification",
        ["distilbert"] = "DistilBertForSequenceClassification",
        ["roberta"] = "RobertaForSequenceClassification",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_saved_folder_has_the_names_and_shapes_of_transformers(string family)
    {
        TinyModels.Create(family).SavePretrained(_folder.Path);
        using var file = SafetensorsReader.Open(_folder.File("model.safetensors"));
        var expected = HuggingFaceLayouts.Of(family);
        Assert.Equal(expected.Keys.Order(), file.Tensors.Keys.Order());
        foreach (var (name, shape) in expected) Assert.Equal(shape, file.Tensors[name].Shape);
        Assert.All(file.Tensors.Values, t => Assert.Equal("F32", t.Dtype));
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_saved_configuration_says_class_labels_and_problem(string family)
    {
        var config = TinyModels.Config(family) with { ProblemType = "multi_label_classification" };
        AutoModelForSequenceClassification.FromConfig(config, seed: 1).SavePretrained(_folder.Path);

        var json = Config();
        Assert.Equal(family, json.GetProperty("model_type").GetString());
        Assert.Equal([s_classes[family]], json.GetProperty("architectures").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(["a", "b", "c"], json.GetProperty("id2label").EnumerateObject().Select((label, i) => label.Name == $"{i}" ? label.Value.GetString() : null));
        Assert.Equal([("a", 0), ("b", 1), ("c", 2)], json.GetProperty("label2id").EnumerateObject().Select(label => (label.Name, label.Value.GetInt32())));
        Assert.Equal("multi_label_classification", json.GetProperty("problem_type").GetString());
        Assert.Equal("float32", json.GetProperty("torch_dtype").GetString());
        foreach (string computed in new[] { "width", "layer_count", "labels", "max_positions", "has_token_types" }) Assert.False(json.TryGetProperty(computed, out _), computed);
        // Records with collections are not equal by content; their JSON is.
        Assert.Equal(Serialize(PretrainedConfig.Load(_folder.File("config.json"))), Serialize(PretrainedConfig.Load(Resave())));
    }

    [Theory, MemberData(nameof(GoldenCheckpoint.Names), MemberType = typeof(GoldenCheckpoint))]
    public void Loading_saving_and_loading_gives_every_tensor_byte_for_byte(string name)
    {
        var golden = GoldenCheckpoint.Require(name);
        AutoModelForSequenceClassification.FromPretrained(golden.Directory).SavePretrained(_folder.Path);
        AssertSameTensors(Path.Combine(golden.Directory, "model.safetensors"), _folder.File("model.safetensors"));
        var (ids, mask, _) = golden.Batch(Padding.Right);
        var again = AutoModelForSequenceClassification.FromPretrained(_folder.Path);
        again.eval();
        golden.AssertLogits(again.forward(ids, mask), 1e-4);
    }

    [Theory, InlineData("BFloat16", "bfloat16", "BF16"), InlineData("Float16", "float16", "F16")]
    public void Weights_of_half_precision_come_back_byte_for_byte_in_the_type_that_is_asked_for(string type, string configName, string fileName)
    {
        var options = new PretrainedOptions { Dtype = Enum.Parse<ScalarType>(type) };
        var model = TinyModels.Create("bert");
        model.to(options.Dtype);
        model.SavePretrained(_folder.Path);
        File.Copy(_folder.File("model.safetensors"), _folder.File("first"));

        var loaded = AutoModelForSequenceClassification.FromPretrained(_folder.Path, options);
        Assert.All(loaded.parameters(), p => Assert.Equal(options.Dtype, p.dtype));
        loaded.SavePretrained(_folder.Path);

        AssertSameTensors(_folder.File("first"), _folder.File("model.safetensors"));
        Assert.Equal(configName, Config().GetProperty("torch_dtype").GetString());
        using var file = SafetensorsReader.Open(_folder.File("model.safetensors"));
        Assert.All(file.Tensors.Values, t => Assert.Equal(fileName, t.Dtype));
        Assert.All(AutoModelForSequenceClassification.FromPretrained(_folder.Path).parameters(), p => Assert.Equal(float32, p.dtype));
    }

    [Fact]
    public void A_checkpoint_above_the_shard_size_is_saved_in_shards_with_an_index_and_loads_as_a_whole_one_does()
    {
        var model = TinyModels.Create("roberta");
        model.SavePretrained(_folder.Path);
        model.SavePretrained(_folder.Path, maxShardSize: 2_000);

        Assert.False(File.Exists(_folder.File("model.safetensors")));
        using var index = JsonDocument.Parse(File.ReadAllBytes(_folder.File("model.safetensors.index.json")));
        Assert.Equal(model.parameters().Sum(p => p.numel() * 4), index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        var map = index.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString()!);
        Assert.Equal(model.state_dict().Keys.Order(), map.Keys.Order());
        string[] files = [.. map.Values.Distinct().Order()];
        Assert.True(files.Length > 2);
        Assert.Equal(Enumerable.Range(1, files.Length).Select(i => $"model-{i:00000}-of-{files.Length:00000}.safetensors"), files);
        foreach (string file in files)
        {
            using var shard = SafetensorsReader.Open(_folder.File(file));
            Assert.True(shard.Tensors.Count == 1 || shard.Tensors.Values.Sum(t => t.Length) <= 2_000);
        }
        var loaded = AutoModelForSequenceClassification.FromPretrained(_folder.Path);
        foreach (var (name, tensor) in model.state_dict()) Assert.True(tensor.Equals(loaded.state_dict()[name]), name);
    }

    [Fact]
    public void A_whole_save_over_a_sharded_one_leaves_no_shard_behind()
    {
        var model = TinyModels.Create("gpt2");
        model.SavePretrained(_folder.Path, maxShardSize: 2_000);
        File.WriteAllText(_folder.File("vocab.json"), "{}");
        model.SavePretrained(_folder.Path);
        Assert.Equal(["config.json", "model.safetensors", "vocab.json"], Directory.EnumerateFiles(_folder.Path).Select(f => Path.GetFileName(f)).Order());
    }

    private string Resave()
    {
        string path = _folder.File("again.json");
        PretrainedConfig.Load(_folder.File("config.json")).Save(path);
        return path;
    }

    private JsonElement Config() => JsonDocument.Parse(File.ReadAllBytes(_folder.File("config.json"))).RootElement;

    private static string Serialize(PretrainedConfig config) => JsonSerializer.Serialize(config, config.GetType());

    private static void AssertSameTensors(string first, string second)
    {
        using var before = SafetensorsReader.Open(first);
        using var after = SafetensorsReader.Open(second);
        Assert.Equal(before.Tensors.Keys.Order(), after.Tensors.Keys.Order());
        foreach (string tensor in before.Tensors.Keys)
        {
            Assert.Equal(before.Tensors[tensor].Shape, after.Tensors[tensor].Shape);
            Assert.Equal(before.Read(tensor).bytes, after.Read(tensor).bytes);
        }
    }
}
