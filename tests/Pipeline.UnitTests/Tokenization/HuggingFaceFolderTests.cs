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

        Assert.Equal(HuggingFaceTokenizer.SavedFiles.Order(), Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(128, Json("tokenizer_config.json").GetProperty("model_max_length").GetInt32());
        Assert.Equal("<|pad|>", Json("special_tokens_map.json").GetProperty("pad_token").GetString());
    }

    [Fact]
    public void A_vocabulary_without_pad_token_is_saved_with_the_end_of_text_in_its_place()
    {
        HuggingFaceTokenizer.Save(_folder.Path, new ByteLevelBpeTokenizer(Vocabulary() with { PadToken = null }), 128);

        Assert.Equal(0, HuggingFaceTokenizer.Load(_folder.Path).PadTokenId);
    }

    [Fact]
    public void A_folder_without_tokenizer_says_which_files_to_put_there()
    {
        var error = Assert.Throws<FileNotFoundException>(() => HuggingFaceTokenizer.Load(_folder.Path));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"WordPiece","vocab":{}}""", """{"type":"BertPreTokenizer"}""", "WordPiece")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[]}""", """{"type":"Metaspace"}""", "Metaspace")]
    [InlineData("""{"type":"BPE","vocab":{},"merges":[]}""", """{"type":"ByteLevel","add_prefix_space":true}""", "add_prefix_space")]
    public void A_tokenizer_of_another_kind_is_refused_by_name(string model, string preTokenizer, string named)
    {
        System.IO.File.WriteAllText(File("tokenizer.json"), $$"""{"model":{{model}},"pre_tokenizer":{{preTokenizer}}}""");

        var error = Assert.Throws<NotSupportedException>(() => HuggingFaceTokenizer.Load(_folder.Path));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_WordPiece_vocabulary_is_refused_by_name()
    {
        System.IO.File.WriteAllText(File("vocab.txt"), "[PAD]\n");

        Assert.Contains("WordPiece", Assert.Throws<NotSupportedException>(() => HuggingFaceTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
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
