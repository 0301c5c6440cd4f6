using System.Text.Json;
using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

public sealed class HuggingFaceFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static BpeVocabulary Vocabulary()
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add("the cat sat on the mat, the \"cat\" said: über über");
        return trainer.Train(280);
    }

    private static BpeVocabulary WithoutPadding(BpeVocabulary vocabulary)
    {
        var roles = new Dictionary<string, string>(vocabulary.Settings.Roles);
        roles.Remove("pad_token");
        return vocabulary with { Settings = vocabulary.Settings with { Roles = roles } };
    }

    private string File(string name) => Path.Combine(_folder.Path, name);

    private JsonElement Json(string name) => JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllBytes(File(name)));

    [Fact]
    public void What_is_saved_loads_to_the_same_tokenizer_from_either_form()
    {
        var vocabulary = Vocabulary();
        const string text = "the cat <|pad|> the über-mat<|endoftext|>";
        var expected = new ByteLevelBpeTokenizer(vocabulary).Encode(text);

        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(vocabulary), 128);
        Assert.Equal(expected, HuggingFaceTokenizer.Load(_folder.Path).Encode(text));
        System.IO.File.Delete(File("tokenizer.json"));
        var fromPair = HuggingFaceTokenizer.Load(_folder.Path);

        Assert.Equal(expected, fromPair.Encode(text));
        Assert.Equal(1, fromPair.PadTokenId);
        Assert.Equal(vocabulary.Tokens.Count, fromPair.VocabularySize);
    }

    [Fact]
    public void Saving_writes_the_five_files_with_the_length_and_the_pad_token()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);

        Assert.Equal(["merges.txt", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(128, Json("tokenizer_config.json").GetProperty("model_max_length").GetInt32());
        Assert.Equal("<|pad|>", Json("special_tokens_map.json").GetProperty("pad_token").GetString());
    }

    [Fact]
    public void A_vocabulary_without_pad_token_is_saved_with_the_end_of_text_in_its_place()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(WithoutPadding(Vocabulary())), 128);

        Assert.Equal(0, HuggingFaceTokenizer.Load(_folder.Path).PadTokenId);
    }

    [Fact]
    public void A_folder_without_tokenizer_says_which_files_to_put_there()
    {
        var error = Assert.Throws<FileNotFoundException>(() => HuggingFaceTokenizer.Load(_folder.Path));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"Unigram","vocab":[]}""", """{"type":"Metaspace"}""", "Unigram")]
    [InlineData("""{"type":"WordPiece","vocab":{}}""", """{"type":"Whitespace"}""", "Whitespace")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[],"dropout":0.1}""", """{"type":"ByteLevel"}""", "dropout")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[],"ignore_merges":true}""", """{"type":"ByteLevel"}""", "ignore_merges")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[]}""", """{"type":"Metaspace"}""", "Metaspace")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[]}""", """{"type":"ByteLevel","add_prefix_space":true}""", "add_prefix_space")]
    public void A_tokenizer_of_another_kind_is_refused_by_name(string model, string preTokenizer, string named)
    {
        System.IO.File.WriteAllText(File("tokenizer.json"), $$"""{"model":{{model}},"pre_tokenizer":{{preTokenizer}}}""");

        var error = Assert.Throws<NotSupportedException>(() => HuggingFaceTokenizer.Load(_folder.Path));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_that_lacks_the_token_for_unknown_words_is_refused_by_its_name()
    {
        System.IO.File.WriteAllText(File("vocab.txt"), "[PAD]\n[CLS]\n[SEP]\nword\n");

        Assert.Contains("[UNK]", Assert.Throws<InvalidDataException>(() => HuggingFaceTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tokenizer_class":"MPNetTokenizer"}""", "MPNetTokenizer")]
    [InlineData("""{"tokenizer_class":"GPT2Tokenizer","add_bos_token":true}""", "add_bos_token")]
    [InlineData("""{"tokenizer_class":"RobertaTokenizer","add_prefix_space":true}""", "add_prefix_space")]
    public void What_would_change_the_ids_and_is_not_known_is_refused_by_name(string config, string named)
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);
        System.IO.File.Delete(File("tokenizer.json"));
        System.IO.File.WriteAllText(File("tokenizer_config.json"), config);

        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => HuggingFaceTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_tokenizer_is_saved_with_its_template_for_pairs()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);

        var processor = Json("tokenizer.json").GetProperty("post_processor");
        Assert.Equal("TemplateProcessing", processor.GetProperty("type").GetString());
        Assert.Equal("<|endoftext|>", processor.GetProperty("pair")[1].GetProperty("SpecialToken").GetProperty("id").GetString());
        Assert.Equal([5, 0, 6], HuggingFaceTokenizer.Load(_folder.Path).Template.Build([5], [6], 9).InputIds);
    }

    [Theory]
    [InlineData("GPT2Tokenizer", new[] { 7, 4, 8 })]
    [InlineData("RobertaTokenizer", new[] { 5, 7, 6, 6, 8, 6 })]
    [InlineData("RobertaTokenizerFast", new[] { 5, 7, 6, 6, 8, 6 })]
    public void The_class_in_the_config_decides_where_special_tokens_stand(string tokenizerClass, int[] pair)
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);
        System.IO.File.Delete(File("tokenizer.json"));
        System.IO.File.Delete(File("special_tokens_map.json"));
        var tokens = Json("vocab.json").Deserialize<Dictionary<string, int>>()!;
        foreach (var (name, id) in (IEnumerable<(string, int)>)[("<|endoftext|>", 4), ("<s>", 5), ("</s>", 6)])
            tokens[name] = id;
        System.IO.File.WriteAllText(File("vocab.json"), JsonSerializer.Serialize(tokens));
        System.IO.File.WriteAllText(File("tokenizer_config.json"), $$"""{"tokenizer_class":"{{tokenizerClass}}"}""");

        Assert.Equal(pair, HuggingFaceTokenizer.Load(_folder.Path).Template.Build([7], [8], 9).InputIds);
    }

    [Fact]
    public void RoBERTa_s_mask_takes_the_space_before_it_along()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);
        System.IO.File.Delete(File("tokenizer.json"));
        System.IO.File.Delete(File("special_tokens_map.json"));
        var tokens = Json("vocab.json").Deserialize<Dictionary<string, int>>()!;
        foreach (var (name, id) in (IEnumerable<(string, int)>)[("<s>", 500), ("</s>", 501), ("<mask>", 502)])
            tokens[name] = id;
        System.IO.File.WriteAllText(File("vocab.json"), JsonSerializer.Serialize(tokens));
        System.IO.File.WriteAllText(File("tokenizer_config.json"), """{"tokenizer_class":"RobertaTokenizer"}""");
        var roberta = HuggingFaceTokenizer.Load(_folder.Path);
        int[] a = roberta.Encode("a"), spacedB = roberta.Encode(" b");

        Assert.Equal([.. a, 502, .. spacedB], roberta.Encode("a <mask> b"));
        HuggingFaceTokenizer.Save(_folder.Path, roberta, 64);
        Assert.Equal([.. a, 502, .. spacedB], HuggingFaceTokenizer.Load(_folder.Path).Encode("a  <mask> b"));
        Assert.Equal([500, 7, 501], HuggingFaceTokenizer.Load(_folder.Path).Template.Build([7], null, 9).InputIds);
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel"}""", new[] { 8, 0, 9 })]
    [InlineData("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1]}""", new[] { 1, 8, 2, 2, 9, 2 })]
    [InlineData("""{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",1]}""", new[] { 1, 8, 2, 9, 2 })]
    [InlineData("""{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",1]}]}""", new[] { 1, 8, 2, 9, 2 })]
    public void The_post_processor_decides_where_special_tokens_stand(string processor, int[] pair)
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);
        var json = System.Text.Json.Nodes.JsonNode.Parse(System.IO.File.ReadAllText(File("tokenizer.json")))!;
        json["post_processor"] = System.Text.Json.Nodes.JsonNode.Parse(processor);
        System.IO.File.WriteAllText(File("tokenizer.json"), json.ToJsonString());

        Assert.Equal(pair, HuggingFaceTokenizer.Load(_folder.Path).Template.Build([8], [9], 16).InputIds);
    }

    [Fact]
    public void A_broken_merge_is_named_by_its_line()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary()), 128);
        System.IO.File.Delete(File("tokenizer.json"));
        System.IO.File.WriteAllText(File("merges.txt"), "#version: 0.2\nt h\noops\n");

        Assert.Contains("line 3", Assert.Throws<InvalidDataException>(() => HuggingFaceTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }
}
