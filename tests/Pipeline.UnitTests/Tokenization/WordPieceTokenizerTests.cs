using CsCheck;
using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

public class WordPieceTokenizerTests
{
    private static readonly string[] Words =
        ["un", "##aff", "##able", "a", "##a", "b", "cafe", "café", "Cafe", "北", "京", "!", "$", "i", "##i", "\u0307", "é", "##é", "e", "##e", "가", "ᄀ", "##\u1161", "~", "σ", "##σ"];

    private static readonly BertNormalization Uncased = new();
    private static readonly BertNormalization Cased = new() { Lowercase = false };

    private static string Tokens(string text, BertNormalization normalization)
    {
        var tokenizer = TinyWordPiece.Of(Words, normalization);
        var texts = tokenizer.Vocabulary.Tokens.ToDictionary(t => t.Value, t => t.Key);
        return string.Join(' ', tokenizer.Encode(text).Select(id => texts[id]));
    }

    [Theory]
    [InlineData("unaffable", "un ##aff ##able")]
    [InlineData("unaffablex", "[UNK]")]
    [InlineData("UNAFFABLE a", "un ##aff ##able a")]
    [InlineData("a\tb\nb\u00a0b\u3000a", "a b b b a")]
    [InlineData("a\u200bb\u0000\ufffda", "[UNK]")]
    [InlineData("a\u200ba\u0000\ufffda", "a ##a ##a")]
    [InlineData("a!!b$", "a ! ! b $")]
    [InlineData("b~b", "b ~ b")]
    [InlineData("北京a", "北 京 a")]
    [InlineData("Café cafe\u0301", "cafe cafe")]
    [InlineData("İ", "i")]
    [InlineData("가", "ᄀ ##\u1161")]
    [InlineData("ΣΣ", "σ ##σ")]
    [InlineData("b [SEP] [MASK]b", "b [SEP] [MASK] b")]
    [InlineData("[sep]", "[UNK] [UNK] [UNK]")]
    [InlineData("\ud800b", "b")]
    [InlineData("   ", "")]
    public void Uncased_text_is_cut_as_in_Hugging_Face(string text, string tokens) => Assert.Equal(tokens, Tokens(text, Uncased));

    [Theory]
    [InlineData("Cafe cafe", "Cafe cafe")]
    [InlineData("café", "café")]
    [InlineData("cafe\u0301", "[UNK]")]
    [InlineData("가", "가")]
    public void Cased_text_keeps_case_and_accents(string text, string tokens) => Assert.Equal(tokens, Tokens(text, Cased));

    [Fact]
    public void Accents_go_or_stay_apart_from_the_case_where_the_option_says_so()
    {
        Assert.Equal("Cafe", Tokens("Café", Cased with { StripAccents = true }));
        Assert.Equal("café", Tokens("CAFÉ", Uncased with { StripAccents = false }));
        Assert.Equal("i ##i", Tokens("ii", Uncased with { StripAccents = false }));
    }

    [Fact]
    public void Chinese_is_left_in_one_word_where_the_option_says_so() =>
        Assert.Equal("[UNK]", Tokens("北京", Uncased with { HandleChineseChars = false }));

    // Newer accents than Hugging Face's tables know stay; they must come into their order in time for a text of nothing else.
    [Fact]
    public void A_million_accents_are_put_in_order_as_quickly_as_letters() =>
        Assert.Equal("[UNK]", Tokens(string.Concat(Enumerable.Repeat("\u08d4\u08e3", 500_000)), Uncased));

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        Assert.Equal(100, Tokens(new string('a', 100), Uncased).Split(' ').Length);
        Assert.Equal("[UNK]", Tokens(new string('a', 101), Uncased));
    }

    [Fact]
    public void An_added_token_marked_normalized_is_found_in_the_normalized_text()
    {
        var tokens = Words.Index().ToDictionary(t => t.Item, t => t.Index + 5);
        var tokenizer = TinyWordPiece.Of(tokens, Uncased, new AddedToken("Über-a", 99) { Normalized = true, Special = false });

        Assert.Equal([tokens["b"], 99, tokens["b"]], tokenizer.Encode("B UBER-A b"));
    }

    // A normalized added token that never occurs makes the tokenizer normalize the text as a whole, without pieces or memory.
    [Fact]
    public void Cutting_the_text_first_changes_no_id() =>
        Gen.Select(UnicodeText.Gen, Gen.Bool, Gen.Bool, Gen.Bool).Sample((text, clean, lower, chinese) =>
        {
            var options = new BertNormalization { CleanText = clean, Lowercase = lower, HandleChineseChars = chinese };
            var tokens = Enumerable.Range(' ', 95).Select(c => ((char)c).ToString()).SelectMany(c => (string[])[c, "##" + c]).Index().ToDictionary(t => t.Item, t => t.Index + 5);
            var fast = TinyWordPiece.Of(tokens, options);
            var slow = TinyWordPiece.Of(tokens, options, new AddedToken("never in a text", 999) { Normalized = true });

            Assert.Equal(slow.Encode(text), fast.Encode(text));
            Assert.Equal(fast.Encode(text), fast.Encode(text));
        }, iter: 300);

    [Fact]
    public async Task Threads_that_share_a_tokenizer_get_the_same_ids()
    {
        var shared = TinyWordPiece.Of(Words, Uncased);
        var text = string.Join(' ', Enumerable.Repeat("unaffable café 北京 a!b", 200));
        var expected = TinyWordPiece.Of(Words, Uncased).Encode(text);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => shared.Encode(text))));

        Assert.All(answers, ids => Assert.Equal(expected, ids));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_saved_loads_to_the_same_tokenizer_from_either_form(bool lowercase)
    {
        using var folder = new TemporaryFolder();
        var tokenizer = TinyWordPiece.Of(Words, new BertNormalization { Lowercase = lowercase });
        const string text = "Unaffable Café [SEP] 北京!";

        HuggingFaceTokenizer.Save(folder.Path, tokenizer, 64);
        var fromJson = HuggingFaceTokenizer.Load(folder.Path);
        File.Delete(Path.Combine(folder.Path, "tokenizer.json"));
        var fromText = HuggingFaceTokenizer.Load(folder.Path);

        Assert.Equal(tokenizer.Encode(text), fromJson.Encode(text));
        Assert.Equal(tokenizer.Encode(text), fromText.Encode(text));
        Assert.Equal([2, 7, 3, 8, 3], fromText.Template.Build([7], [8], 16).InputIds);
        Assert.Equal([0, 0, 0, 1, 1], fromJson.Template.Build([7], [8], 16).TokenTypeIds!);
    }

    [Fact]
    public void DistilBERT_is_BERT_without_token_types()
    {
        using var folder = new TemporaryFolder();
        HuggingFaceTokenizer.Save(folder.Path, TinyWordPiece.Of(Words, Uncased), 64);
        File.Delete(Path.Combine(folder.Path, "tokenizer_config.json"));
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), """{"model_type":"distilbert"}""");

        var input = HuggingFaceTokenizer.Load(folder.Path).Template.Build([7], [8], 16);

        Assert.Equal([2, 7, 3, 8, 3], input.InputIds);
        Assert.Null(input.TokenTypeIds);
    }
}
