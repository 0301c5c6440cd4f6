using System.Text.Json;
using Pipeline.Core.Tokenization;
using Pipeline.Tests;

namespace Pipeline.UnitTests.Tokenization;

/// <summary>Against ids and tokens that Hugging Face's own tokenizers made.</summary>
public class BertGoldenTests
{
    private static readonly Lazy<WordPieceTokenizer> Loaded =
        new(() => (WordPieceTokenizer)HuggingFaceTokenizer.Load(SharedFolder.Path("tokenizers/bert-base-uncased")));

    private static WordPieceTokenizer Bert => Loaded.Value;

    private static JsonElement Golden(string name) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(SharedFolder.Path("golden-tokenizers/" + name)));

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(t => t.GetString()!)];

    [Fact]
    public void Ten_thousand_questions_have_Hugging_Face_s_ids()
    {
        var questions = Golden("question_tokens.json").EnumerateArray().Select(q => q.GetProperty("original").GetString()!).ToArray();
        var expected = Golden("tokenized_questions.json").EnumerateArray().Select(Ints).ToArray();

        Assert.Equal(10_570, questions.Length);
        Assert.Equal(questions.Length, expected.Length);
        for (var i = 0; i < questions.Length; i++)
            Assert.Equal(expected[i], Bert.Encode(questions[i]));
    }

    [Fact]
    public void Ten_thousand_questions_have_Hugging_Face_s_wordpieces()
    {
        var texts = Bert.Vocabulary.Tokens.ToDictionary(t => t.Value, t => t.Key);

        foreach (var question in Golden("question_tokens.json").EnumerateArray())
            Assert.Equal(Strings(question.GetProperty("wordpiece")), Bert.Encode(question.GetProperty("original").GetString()!).Select(id => texts[id]));
    }

    // With the words themselves as vocabulary, each word is one token: what is left to see is where words begin and end.
    [Fact]
    public void Ten_thousand_questions_are_cut_into_Hugging_Face_s_words()
    {
        var questions = Golden("question_tokens.json").EnumerateArray().ToArray();
        var expected = Golden("basic_tokenized_questions.json").EnumerateArray().Select(Strings).ToArray();
        var words = TinyWordPiece.Of([.. expected.SelectMany(w => w).Distinct()], new BertNormalization());
        var texts = words.Vocabulary.Tokens.ToDictionary(t => t.Value, t => t.Key);

        for (var i = 0; i < questions.Length; i++)
        {
            Assert.Equal(Strings(questions[i].GetProperty("basic")), expected[i]);
            Assert.Equal(expected[i], words.Encode(questions[i].GetProperty("original").GetString()!).Select(id => texts[id]));
        }
    }

    [Theory]
    [InlineData("bert-base-uncased")]
    [InlineData("google-bert/bert-base-uncased")]
    public void The_strings_of_the_transformers_test_suite_are_encoded_and_decoded_as_there(string model)
    {
        var examples = Golden("tokenizer_tests.json").GetProperty(model).EnumerateArray().ToArray();
        Assert.Equal(18, examples.Length);
        foreach (var example in examples)
        {
            var ids = Bert.Encode(example.GetProperty("input").GetString()!);
            var input = Bert.Template.Build(ids, null, 512);

            Assert.Equal(Ints(example.GetProperty("encoded").GetProperty("input_ids")), input.InputIds);
            Assert.Equal(Ints(example.GetProperty("encoded").GetProperty("token_type_ids")), input.TokenTypeIds!);
            Assert.Equal(example.GetProperty("decoded_with_special").GetString(), Bert.Decode(input.InputIds));
            Assert.Equal(
                example.GetProperty("decoded_without_special").GetString(),
                Bert.Decode([.. ids.Where(id => id != Bert.Vocabulary.Tokens["[UNK]"])]));
        }
    }

    [Fact]
    public void The_French_text_has_Hugging_Face_s_ids()
    {
        var golden = Golden("bert_uncased_encoded.json");

        Assert.Equal(Ints(golden.GetProperty("token_ids")), Bert.Template.Build(Bert.Encode(golden.GetProperty("text").GetString()!), null, 512).InputIds);
    }

    // The cased multilingual vocabulary is not at hand. But the longest token of all is also the longest of those in the
    // golden file, so a vocabulary of these alone must give the same ids.
    [Fact]
    public void The_French_text_has_the_cased_ids_too()
    {
        var golden = Golden("distilbert_cased_encoded.json");
        var ids = Ints(golden.GetProperty("token_ids"))[1..^1];
        var tokens = Strings(golden.GetProperty("bpe_tokens"));
        var cased = TinyWordPiece.Of(tokens.Zip(ids).DistinctBy(t => t.First).ToDictionary(t => t.First, t => t.Second), new BertNormalization { Lowercase = false });

        Assert.Equal(ids, cased.Encode(golden.GetProperty("text").GetString()!));
    }

    [Fact]
    public void The_plain_vocabulary_file_gives_the_same_ids_as_the_tokenizer_json()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFolder.Path("tokenizers/bert-base-uncased/vocab.txt"), Path.Combine(folder.Path, "vocab.txt"));
        var plain = HuggingFaceTokenizer.Load(folder.Path);
        const string text = "Naïve façade — 北京, it's 12:30 [SEP] unaffable\u200b";

        Assert.Equal(Bert.Encode(text), plain.Encode(text));
        Assert.Equal(Bert.Template.Build([1], [2], 9).InputIds, plain.Template.Build([1], [2], 9).InputIds);
        Assert.Equal(30_522, plain.VocabularySize);
        Assert.Equal(0, plain.PadTokenId);
    }
}
