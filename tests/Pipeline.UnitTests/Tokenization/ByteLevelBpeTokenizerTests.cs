using CsCheck;
using Pipeline.Core.Tokenization;

namespace Pipeline.UnitTests.Tokenization;

public class ByteLevelBpeTokenizerTests
{
    private static BpeVocabulary Learn(string text)
    {
        var trainer = new ByteLevelBpeTrainer();
        trainer.Add(text);
        return trainer.Train(290);
    }

    [Fact]
    public void Merges_as_a_search_over_all_pairs_does() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 1, 200], Gen.String[Gen.Char["abc"], 1, 60]).Sample((corpus, word) =>
        {
            var vocabulary = Learn(corpus);

            Assert.Equal(
                SlowBpe.Encode(word.Select(c => c.ToString()), vocabulary.Merges).Select(t => vocabulary.Tokens[t]),
                new ByteLevelBpeTokenizer(vocabulary).Encode(word));
        });

    [Theory]
    [InlineData('a')]
    [InlineData('-')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('7')]
    public void A_word_of_a_million_characters_is_encoded_like_any_other(char character)
    {
        var text = new string(character, 1_000_000);
        var tokenizer = new ByteLevelBpeTokenizer(Learn(text[..200]));

        var ids = tokenizer.Encode(text);

        Assert.InRange(ids.Length, 1_000, 100_000);
        Assert.Equal(text, tokenizer.Decode(ids));
    }

    [Fact]
    public async Task Threads_that_share_a_tokenizer_get_the_same_ids()
    {
        const string corpus = "the cat sat on the mat and the other cat sat on the other mat";
        var vocabulary = Learn(corpus);
        var shared = new ByteLevelBpeTokenizer(vocabulary);
        var expected = new ByteLevelBpeTokenizer(vocabulary).Encode(corpus);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => shared.Encode(corpus))));

        Assert.All(answers, ids => Assert.Equal(expected, ids));
    }

    [Fact]
    public void An_empty_text_has_no_tokens() => Assert.Empty(new ByteLevelBpeTokenizer(Learn("a a")).Encode(""));

    [Fact]
    public void Where_one_special_token_begins_another_the_longer_is_meant()
    {
        var vocabulary = Learn("a a");
        var tokenizer = new ByteLevelBpeTokenizer(vocabulary with { Settings = vocabulary.Settings with { AddedTokens = [new("<x>", 900), new("<x><y>", 901)] } });

        Assert.Equal([901, 900], tokenizer.Encode("<x><y><x>"));
    }

    [Fact]
    public void A_vocabulary_that_lacks_a_byte_or_a_part_of_a_merge_is_refused()
    {
        var vocabulary = Learn("abab abab");
        var noByte = new Dictionary<string, int>(vocabulary.Tokens);
        noByte.Remove("z");

        Assert.Contains("0x7A", Assert.Throws<InvalidDataException>(() => new ByteLevelBpeTokenizer(vocabulary with { Tokens = noByte })).Message, StringComparison.Ordinal);
        Assert.Contains("'a q'", Assert.Throws<InvalidDataException>(() => new ByteLevelBpeTokenizer(vocabulary with { Merges = [("a", "q")] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_no_token_has_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteLevelBpeTokenizer(Learn("a a")).Decode([9_999]));
}
