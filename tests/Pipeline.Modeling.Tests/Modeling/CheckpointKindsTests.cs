using Pipeline.Modeling.Pretrained;
using Pipeline.Modeling.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Modeling.Tests;

/// <summary>A classifier from checkpoints of other kinds.</summary>
public sealed class CheckpointKindsTests : IDisposable
{
    private static readonly PretrainedOptions s_options = new() { Labels = ["x", "y"], Seed = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_base_model_without_prefix_loads_with_a_new_head_and_its_buffers_are_left_out(string family)
    {
        var model = TinyModels.Create(family);
        var tensors = Transformer(model).ToDictionary(t => t.Key[model.Names.Prefix.Length..], t => t.Value);
        tensors["h.0.attn.bias"] = ones(1, 1, 12, 12).tril();
        tensors["h.0.attn.attention.masked_bias"] = tensor(-1e9f);
        tensors["embeddings.position_ids"] = arange(12, int64).unsqueeze(0);
        AssertLoads(model, tensors);
    }

    [Theory]
    [InlineData("gpt2", "transformer.wte.weight", "lm_head.weight")]
    [InlineData("gpt_neo", "transformer.wte.weight", "lm_head.weight")]
    [InlineData("bert", "bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight")]
    [InlineData("distilbert", "distilbert.embeddings.word_embeddings.weight", "vocab_projector.weight")]
    [InlineData("roberta", "roberta.embeddings.word_embeddings.weight", "lm_head.decoder.weight")]
    public void A_language_model_whose_tied_embedding_is_stored_under_either_name_loads(string family, string embedding, string tied)
    {
        var model = TinyModels.Create(family);
        var tensors = Transformer(model).ToDictionary(t => t.Key, t => t.Value);
        AssertLoads(model, new(tensors) { [tied] = zeros(20, 8) });
        tensors[tied] = tensors[embedding];
        tensors.Remove(embedding);
        AssertLoads(model, tensors);
    }

    [Theory, InlineData("bert"), InlineData("roberta")]
    public void The_old_names_of_a_norm_s_vectors_are_understood(string family)
    {
        var model = TinyModels.Create(family);
        using (no_grad())
        {
            foreach (var parameter in model.parameters().Where(p => p.dim() == 1)) parameter.normal_(); // so that the two cannot be mixed up
        }
        var tensors = Transformer(model).ToDictionary(
            t => t.Key.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), t => t.Value);
        AssertLoads(model, tensors);
    }

    [Fact]
    public void A_pooler_that_a_language_model_lacks_is_new_and_follows_from_the_seed()
    {
        var model = TinyModels.Create("bert");
        Save(model.Config, Transformer(model).Where(t => !t.Key.Contains("pooler", StringComparison.Ordinal)));
        Tensor Pooler(long seed) => AutoModelForSequenceClassification.FromPretrained(_folder.Path, s_options with { Seed = seed }).state_dict()["bert.pooler.dense.weight"];
        Assert.True(Pooler(1).Equals(Pooler(1)));
        Assert.False(Pooler(1).Equals(Pooler(2)));
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void A_classifier_with_as_many_labels_keeps_its_head(string family)
    {
        var model = TinyModels.Create(family);
        model.SavePretrained(_folder.Path);
        var loaded = AutoModelForSequenceClassification.FromPretrained(_folder.Path, new PretrainedOptions { Labels = ["x", "y", "z"] });
        Assert.Equal(["x", "y", "z"], loaded.Labels);
        foreach (var (name, tensor) in model.state_dict()) Assert.True(tensor.Equals(loaded.state_dict()[name]), name);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Transformer(SequenceClassifier model) => model.state_dict().Where(t => !model.Names.IsHead(t.Key));

    private void AssertLoads(SequenceClassifier model, Dictionary<string, Tensor> tensors)
    {
        Save(model.Config, tensors);
        var loaded = AutoModelForSequenceClassification.FromPretrained(_folder.Path, s_options);
        Assert.IsType(model.GetType(), loaded);
        Assert.Equal(["x", "y"], loaded.Labels);
        foreach (var (name, tensor) in Transformer(model)) Assert.True(tensor.Equals(loaded.state_dict()[name]), name);
        var head = loaded.state_dict()[model.Names.Head];
        Assert.Equal([2, 8], head.shape);
        Assert.InRange(head.std().item<float>(), 0.1, 0.5); // initializer_range is 0.3
    }

    private void Save(PretrainedConfig config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        (config with { Id2Label = null, Label2Id = null }).Save(_folder.File("config.json"));
        SafetensorsWriter.Write(_folder.File("model.safetensors"), tensors);
    }
}
