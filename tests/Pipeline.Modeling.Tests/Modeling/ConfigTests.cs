using System.Text.Json;
using Pipeline.Modeling.Pretrained;

namespace Pipeline.Modeling.Tests;

public sealed class ConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt2", "activation_function", "\"gelu_magic\"")]
    [InlineData("gpt2", "model_type", "\"gptj\"")]
    [InlineData("gpt2", "model_type", "7")]
    [InlineData("gpt2", "n_head", "5")]
    [InlineData("gpt2", "n_layer", "0")]
    [InlineData("gpt2", "n_embd", "-12")]
    [InlineData("gpt2", "attn_pdrop", "1.5")]
    [InlineData("gpt2", "pad_token_id", "20")]
    [InlineData("gpt2", "add_cross_attention", "true")]
    [InlineData("gpt2", "quantization_config", "{\"bits\":4}")]
    [InlineData("gpt2", "pruned_heads", "{\"0\":[1]}")]
    [InlineData("gpt2", "id2label", "{\"0\":\"a\",\"2\":\"b\"}")]
    [InlineData("gpt_neo", "attention_types", "[[[\"global\"],1]]")]
    [InlineData("gpt_neo", "attention_types", "[[[\"global\",\"sparse\"],1]]")]
    [InlineData("gpt_neo", "attention_types", "[[[\"global\",\"local\"],2147483647]]")]
    [InlineData("gpt_neo", "attention_types", "[[[],2147483647]]")]
    [InlineData("gpt_neo", "attention_types", "[[[\"global\"],-2]]")]
    [InlineData("gpt_neo", "attention_types", "[[]]")]
    [InlineData("gpt_neo", "attention_types", "\"global\"")]
    [InlineData("gpt_neo", "attention_types", "null")]
    [InlineData("gpt_neo", "attention_layers", "[\"global\",\"global\"]")]
    [InlineData("gpt_neo", "window_size", "0")]
    [InlineData("gpt_neo", "num_heads", "3")]
    [InlineData("gpt_neo", "resid_dropout", "-0.1")]
    [InlineData("bert", "position_embedding_type", "\"relative_key_query\"")]
    [InlineData("bert", "is_decoder", "true")]
    [InlineData("bert", "hidden_act", "\"mish\"")]
    [InlineData("bert", "type_vocab_size", "0")]
    [InlineData("bert", "classifier_dropout", "1")]
    [InlineData("bert", "layer_norm_eps", "-1")]
    [InlineData("distilbert", "n_heads", "3")]
    [InlineData("distilbert", "activation", "\"elu\"")]
    [InlineData("distilbert", "seq_classif_dropout", "2")]
    [InlineData("roberta", "max_position_embeddings", "2")]
    [InlineData("roberta", "position_embedding_type", "\"relative_key\"")]
    public void A_field_that_is_not_supported_is_named(string family, string field, string value)
    {
        Write(family, field, value);
        var error = Assert.Throws<InvalidDataException>(() => PretrainedConfig.Load(_folder.File("config.json")));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("gpt2", "n_embd", "\"wide\""), InlineData("bert", "id2label", "[1]"), InlineData("roberta", "vocab_size", "1e99")]
    public void A_value_of_another_type_is_an_error_that_names_the_file(string family, string field, string value)
    {
        Write(family, field, value);
        var error = Assert.Throws<InvalidDataException>(() => PretrainedConfig.Load(_folder.File("config.json")));
        Assert.StartsWith(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("[]"), InlineData("null"), InlineData("{"), InlineData("{}")]
    public void A_file_that_is_no_configuration_is_refused(string json)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        Assert.Throws<InvalidDataException>(() => PretrainedConfig.Load(_folder.File("config.json")));
    }

    [Theory, MemberData(nameof(TinyModels.Families), MemberType = typeof(TinyModels))]
    public void Fields_that_are_not_known_are_kept(string family)
    {
        Write(family, "task_specific_params", """{"text-generation":{"max_length":50}}""");
        PretrainedConfig.Load(_folder.File("config.json")).Save(_folder.File("again.json"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("again.json")));
        Assert.Equal(50, json.RootElement.GetProperty("task_specific_params").GetProperty("text-generation").GetProperty("max_length").GetInt32());
    }

    private void Write(string family, string field, string value)
    {
        TinyModels.Config(family).Save(_folder.File("config.json"));
        var config = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllBytes(_folder.File("config.json")))!;
        config[field] = JsonDocument.Parse(value).RootElement;
        File.WriteAllText(_folder.File("config.json"), JsonSerializer.Serialize(config));
    }
}
