using System.Text.Json;
using Pipeline.Core.Tokenization;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Tokenization;

/// <summary>Against ids that Hugging Face's own tokenizers made.</summary>
public class Gpt2GoldenTests
{
    private static readonly Lazy<ITextTokenizer> Loaded = new(() => HuggingFaceTokenizer.Load(SharedFolder.Path("tokenizers/gpt2")));

    private static ITextTokenizer Gpt2 => Loaded.Value;

    [Fact]
    public void Encodes_the_golden_text_as_Hugging_Face_does()
    {
        foreach (var name in (string[])["gpt2_encoded_tokens.json", "coreml_gpt2_encoded_tokens.json"])
        {
            var golden = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(SharedFolder.Path("golden-tokenizers/" + name)));
            var text = golden.GetProperty("text").GetString()!;
            var ids = golden.TryGetProperty("token_ids", out var named) ? named : golden.GetProperty("ids");

            Assert.Equal(ids.EnumerateArray().Select(id => id.GetInt32()), Gpt2.Encode(text));
        }
    }

    [Fact]
    public void Encodes_and_decodes_the_strings_of_the_transformers_test_suite()
    {
        var golden = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(SharedFolder.Path("golden-tokenizers/tokenizer_tests.json")));
        foreach (var example in golden.GetProperty("distilgpt2").EnumerateArray())
        {
            var text = example.GetProperty("input").GetString()!;
            var ids = Gpt2.Encode(text);

            Assert.Equal(example.GetProperty("encoded").GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()), ids);
            Assert.Equal(text, Gpt2.Decode(ids));
        }
    }

    [Fact]
    public void A_special_token_written_out_in_a_text_is_that_token()
    {
        Assert.Equal([64, 50256, 275], Gpt2.Encode("a<|endoftext|> b"));
        Assert.Equal(50257, Gpt2.VocabularySize);
        Assert.Null(Gpt2.PadTokenId);
    }

    // Ids from the npm package `tokenizers` 0.23.2.
    [Theory]
    [InlineData("𝐀𝐁!", new[] { 47728, 238, 222, 47728, 238, 223, 0 })]
    [InlineData("  two  spaces \n\n end ", new[] { 220, 734, 220, 9029, 220, 628, 886, 220 })]
    public void Letters_beyond_the_basic_plane_and_runs_of_white_space_are_cut_as_in_Hugging_Face(string text, int[] ids) =>
        Assert.Equal(ids, Gpt2.Encode(text));

    [Fact]
    public void The_two_files_of_GPT_2_give_the_same_ids_as_its_tokenizer_json()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["vocab.json", "merges.txt"])
            File.Copy(SharedFolder.Path("tokenizers/gpt2/" + file), Path.Combine(folder.Path, file));
        const string text = "Naïve façade — 北京, it's 12:30<|endoftext|>";

        Assert.Equal(Gpt2.Encode(text), HuggingFaceTokenizer.Load(folder.Path).Encode(text));
    }
}
